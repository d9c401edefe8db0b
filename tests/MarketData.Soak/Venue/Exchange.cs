using Deribit.Client;
using MarketData.Soak.Faults;
using MarketData.Soak.Oracle;
using MarketData.Soak.Time;
using MarketData.Soak.Transport;

namespace MarketData.Soak.Venue;

/// <summary>
/// The exchange's side: instruments that move and trade in virtual time, and the sessions of whoever is connected. Comes in: connections,
/// faults that were armed. Goes out: frames. Owns: the instruments and thereby the truth.
/// </summary>
internal sealed class Exchange(VirtualTime time, Dice dice, Witness witness, ExchangeShape shape)
{
    private readonly Dice _market = dice.Fork("market");
    private readonly Dice _wire = dice.Fork("wire");
    private readonly List<VenueInstrument> _instruments = [];
    private readonly Queue<(DeribitConnectionFault Fault, InjectedFault Cause)> _connectFaults = new();
    private long _changeId = 190_000_000_000;
    private long _tradeId = 403_000_000;
    private long _aheadMs;

    public VirtualTime Time { get; } = time;

    public Witness Witness { get; } = witness;

    public ExchangeShape Shape { get; } = shape;

    public ArmedFaults Armed { get; } = new();

    public IReadOnlyList<VenueInstrument> Instruments => _instruments;

    /// <summary>The open connections, those that are still being closed included.</summary>
    public List<VenueSession> Sessions { get; } = [];

    public int Connections { get; private set; }

    /// <summary>Whether the exchange is away for maintenance.</summary>
    public bool InMaintenance { get; set; }

    /// <summary>The exchange's clock.</summary>
    public long NowUnixMs => Time.TrueUnixMs + _aheadMs;

    /// <summary>The die for everything on the wire.</summary>
    public Dice Wire => _wire;

    public TimeSpan Latency() => TimeSpan.FromMilliseconds(Shape.LatencyMs + _wire.Between(0, 3));

    public TimeSpan ConnectTime() => TimeSpan.FromMilliseconds(20 + _wire.Between(0, 60));

    /// <summary>How far the exchange's clock is ahead of the true time.</summary>
    public TimeSpan Ahead => TimeSpan.FromMilliseconds(_aheadMs);

    public void SetAhead(TimeSpan by) => _aheadMs = (long)by.TotalMilliseconds;

    public void FailConnects(int count, DeribitConnectionFault fault, InjectedFault cause)
    {
        for (; count > 0; count--)
            _connectFaults.Enqueue((fault, cause));
    }

    /// <summary>Nothing is refused any more.</summary>
    public void Heal()
    {
        _connectFaults.Clear();
        InMaintenance = false;
        Armed.Clear();
    }

    /// <summary>The book frame that vanishes without the plan's knowledge; below zero: none.</summary>
    public int UnplannedDropAt { get; set; } = -1;

    public DeribitConnectionFault? ConnectFault()
    {
        if (InMaintenance)
            return DeribitConnectionFault.Unreachable;
        if (!_connectFaults.TryDequeue(out var planned))
            return null;
        planned.Cause.Hits++;
        return planned.Fault;
    }

    public WireSocket Open(Func<VenueSession, WireSocket> connect)
    {
        var session = new VenueSession(this, ++Connections);
        session.Socket = connect(session);
        Sessions.Add(session);
        return session.Socket;
    }

    /// <summary>Lists an instrument and lets it live.</summary>
    public VenueInstrument List(VenueInstrument instrument)
    {
        _instruments.Add(instrument);
        instrument.Stamp(NextChangeId(), NowUnixMs);
        Plan(instrument.ChangeEvery, instrument, () => Move(instrument));
        Plan(instrument.TradeEvery, instrument, () => Trade(instrument, _market.Chance(0.2) ? _market.Between(2, 5) : 1));
        Plan(TimeSpan.FromSeconds(3), instrument, () => Tick(instrument));
        return instrument;
    }

    /// <summary>On how many connections the book of an instrument is subscribed.</summary>
    public int CountSubscriptions(VenueInstrument instrument) => Sessions.Count(session => session.HasBook(instrument));

    /// <summary>Says what happened to an instrument on the news channels.</summary>
    public void Announce(VenueInstrument instrument, string state)
    {
        foreach (var session in Sessions)
            session.SendNews("instrument.state.any.any", $"{{\"timestamp\":{NowUnixMs},\"state\":\"{state}\",\"instrument_name\":\"{instrument.Name}\"}}");
    }

    public void Expire(VenueInstrument instrument)
    {
        instrument.IsOpen = false;
        Announce(instrument, "settlement");
        Announce(instrument, "delivered");
        foreach (var session in Sessions)
            session.Drop(instrument);
    }

    /// <summary>One change of a book, to whoever subscribed it.</summary>
    public void Move(VenueInstrument instrument)
    {
        var previous = instrument.ChangeId;
        var levels = instrument.Move(NextChangeId(), NowUnixMs);
        foreach (var session in Sessions)
            session.SendBook(instrument, previous, levels);
    }

    public void Trade(VenueInstrument instrument, int count)
    {
        var trades = new List<VenueTrade>(count);
        var comboTrade = instrument.LegOf is not null && _market.Chance(0.2) ? $"{++_tradeId}" : null;
        for (; count > 0; count--)
            trades.Add(instrument.Trade($"{++_tradeId}", NowUnixMs, Time.Elapsed, comboTrade));
        foreach (var session in Sessions)
            session.SendTrades(instrument, trades);
    }

    private void Tick(VenueInstrument instrument)
    {
        foreach (var session in Sessions)
            session.SendTicker(instrument);
    }

    // One counter for all books, with jumps, as on the wire.
    private long NextChangeId() => _changeId += _market.Between(1, 40);

    private void Plan(TimeSpan mean, VenueInstrument instrument, Action action) => Time.After(_market.Exponential(mean), () =>
    {
        if (!instrument.IsOpen)
            return;
        action();
        Plan(mean, instrument, action);
    });
}
