using System.Runtime.InteropServices;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Instruments;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Market;

/// <summary>
/// In: a seed and a pace. Out: books, trades and tickers that agree with one another, published on the hub. Owns every
/// instrument's state. Its loop takes the hub's gate once per tick; one event is one book change, one ticker, or a trade with
/// the book change that it makes. Events depend on the seed alone: not on subscribers, nor on how ticks cut the sequence.
/// </summary>
internal sealed partial class SyntheticMarket : Venue
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(5);
    private const int MostFramesPerTick = 4096;
    private readonly SimulatorOptions _options;
    private readonly SeededRandom _random;
    private readonly BookMover _mover;
    private readonly ulong _spelling;
    private readonly IReadOnlyList<InstrumentSpec> _catalogue;
    private readonly List<SimInstrument> _instruments = [];
    private readonly Dictionary<string, SimInstrument> _byName = [];
    private readonly Dictionary<string, CurrencyGroup> _groups = [];
    private readonly ByteWriter _data = new();
    private readonly List<(long Price, long Amount)> _taken = [];
    private readonly List<Fill> _fills = [];
    private double[] _cumulativeWeights = [];
    private int _tickerTurn;
    private long _nowUnixMs;

    public SyntheticMarket(SimulatorOptions options, Hub hub)
        : base(hub)
    {
        _options = options;
        _random = new SeededRandom(SeededRandom.Mix((ulong)options.Seed));
        _mover = new BookMover(_random, options.BookLevels);
        _spelling = SeededRandom.Mix((ulong)options.Seed + 77);
        _nowUnixMs = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        _catalogue = InstrumentCatalog.StartedAt(options.TimeProvider.GetUtcNow());
        foreach (var spec in _catalogue.Take(options.Instruments))
        {
            Admit(spec);
        }

        Reweigh();
    }

    /// <summary>Events so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Nothing moves: the network is gone and the market waits for it, or it was told to stand still.</summary>
    public bool IsPaused { get; set; }

    public override async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TickPeriod, Hub.Time);
        var last = Hub.Time.GetTimestamp();
        var due = 0.0;
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var now = Hub.Time.GetTimestamp();
            // What a stalled machine missed beyond a second is not made up for.
            due += Hub.Time.GetElapsedTime(last, now).TotalSeconds * _options.FramesPerSecond;
            due = Math.Min(due, _options.FramesPerSecond + 1);
            last = now;
            lock (Hub.Gate)
            {
                if (IsPaused || InMaintenance)
                {
                    due = 0;
                }

                if (due >= 1)
                {
                    due -= MakeFrames((int)Math.Min(due, MostFramesPerTick));
                }

                Hub.SendDueSnapshots(this);
                Hub.Flush();
            }
        }
    }

    /// <summary>Makes events until at least <paramref name="frames"/> frames were made; returns how many. Needs the gate.</summary>
    public int MakeFrames(int frames)
    {
        _nowUnixMs = Hub.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var made = 0;
        while (made < frames && _cumulativeWeights.Length > 0)
        {
            made += Step();
        }

        return made;
    }

    public SimInstrument? Instrument(string name) => _byName.GetValueOrDefault(name);

    public IEnumerable<SimInstrument> Instruments => _instruments;

    // Of 95 events 75 change a book, 15 are tickers, 5 are trades with their book change: 100 frames, 80 % of them books.
    private int Step()
    {
        Steps++;
        var draw = _random.Next(95);
        var instrument = Pick();
        if (draw < 15)
        {
            PublishTicker(TickerTurn(instrument));
            return 1;
        }

        return draw < 20 && Trade(instrument) ? 2 : MoveBook(instrument);
    }

    private int MoveBook(SimInstrument instrument)
    {
        _mover.Move(instrument);
        PublishBook(instrument);
        return 1;
    }

    // Every instrument's ticker comes round at least every five seconds' worth of events, as on the exchange.
    private SimInstrument TickerTurn(SimInstrument picked)
    {
        for (var looked = 0; looked < 4; looked++)
        {
            var candidate = _instruments[_tickerTurn++ % _instruments.Count];
            if (candidate.State == "open" && Steps - candidate.LastTickerStep > 4 * _options.FramesPerSecond)
            {
                return candidate;
            }
        }

        return picked;
    }

    private bool Trade(SimInstrument instrument)
    {
        var takesBids = _random.OneIn(2);
        _mover.Take(instrument, takesBids, _taken);
        if (_taken.Count == 0)
        {
            return false;
        }

        _fills.Clear();
        foreach (var (price, amount) in _taken)
        {
            var fill = new Fill(
                instrument.NextTradeSeq++, ++instrument.Group.LastTradeNumber, _nowUnixMs, price, amount, !takesBids,
                TickDirection(instrument.LastFill, price), instrument.Reference, instrument.IndexHundredths);
            instrument.Add(fill);
            _fills.Add(fill);
        }

        PublishTrades(instrument);
        PublishBook(instrument);
        return true;
    }

    // 0 plus, 1 zero-plus, 2 minus, 3 zero-minus.
    private static byte TickDirection(Fill? last, long price) => last switch
    {
        null => 0,
        { } before when price > before.Price => 0,
        { } before when price < before.Price => 2,
        { TickDirection: 0 or 1 } => 1,
        _ => 3,
    };

    private void PublishBook(SimInstrument instrument)
    {
        var previous = instrument.ChangeId;
        instrument.Group.LastChangeId += 1 + _random.Next(40);
        instrument.ChangeId = instrument.Group.LastChangeId;
        instrument.BookTimestampUnixMs = _nowUnixMs;
        instrument.History?.Add(instrument.ChangeId, _nowUnixMs, _mover.Changes);
        instrument.BookTimes?.Add((instrument.ChangeId, _nowUnixMs));
        var encoded = false;
        foreach (var channel in CollectionsMarshal.AsSpan(instrument.BookChannels))
        {
            if (channel.IsHeld)
            {
                if (!encoded)
                {
                    _data.Clear();
                    BookEncoder.Change(_data, instrument, previous, _mover.Changes, Forms(instrument.ChangeId));
                    encoded = true;
                }

                Hub.Publish(channel, _data.Written, instrument.ChangeId);
            }
        }

        foreach (var channel in CollectionsMarshal.AsSpan(instrument.GroupedChannels))
        {
            if (channel.IsHeld)
            {
                _data.Clear();
                WriteGrouped(_data, channel, instrument);
                Hub.Publish(channel, _data.Written, instrument.ChangeId);
            }
        }
    }

    private void PublishTrades(SimInstrument instrument)
    {
        var encoded = false;
        foreach (var channel in CollectionsMarshal.AsSpan(instrument.TradeChannels))
        {
            if (channel.IsHeld)
            {
                if (!encoded)
                {
                    _data.Clear();
                    TradeEncoder.Array(_data, instrument, CollectionsMarshal.AsSpan(_fills), Forms(_fills[0].TradeNumber));
                    encoded = true;
                }

                Hub.Publish(channel, _data.Written, _fills[0].Seq);
            }
        }
    }

    private void PublishTicker(SimInstrument instrument)
    {
        (instrument.LastTickerStep, instrument.LastTickerUnixMs) = (Steps, _nowUnixMs);
        var encoded = false;
        foreach (var channel in CollectionsMarshal.AsSpan(instrument.TickerChannels))
        {
            if (channel.IsHeld)
            {
                if (!encoded)
                {
                    _data.Clear();
                    TickerEncoder.Write(_data, instrument, _nowUnixMs, Forms(Steps));
                    encoded = true;
                }

                Hub.Publish(channel, _data.Written, 0);
            }
        }
    }

    private SimInstrument Pick()
    {
        var draw = _random.NextDouble() * _cumulativeWeights[^1];
        var found = Array.BinarySearch(_cumulativeWeights, draw);
        return _instruments[Math.Min(found < 0 ? ~found : found + 1, _instruments.Count - 1)];
    }

    private SimInstrument Admit(InstrumentSpec spec)
    {
        if (!_groups.TryGetValue(spec.Currency, out var group))
        {
            group = new CurrencyGroup(spec.Currency, 136_000_000_000 + (_groups.Count * 19_000_000_000L) + _random.Next(1_000_000));
            _groups.Add(spec.Currency, group);
        }

        var index = (long)(InstrumentCatalog.IndexPrice(spec.Base) * 100);
        var instrument = new SimInstrument(spec, group, index, _options.KeepHistory, _options.RetainedTrades, _options.HistoryTrades)
        {
            BookTimes = _options.KeepBookTimes ? [] : null,
        };
        _instruments.Add(instrument);
        _byName.Add(spec.Name, instrument);
        _mover.Seed(instrument);
        group.LastChangeId += 1 + _random.Next(1000);
        instrument.ChangeId = group.LastChangeId;
        instrument.BookTimestampUnixMs = _nowUnixMs;
        instrument.History?.Add(instrument.ChangeId, _nowUnixMs, _mover.Changes);
        return instrument;
    }

    private void Reweigh()
    {
        var total = 0.0;
        _cumulativeWeights = [.. _instruments.Select(instrument => total += instrument.State == "open" ? instrument.Spec.Weight : 0)];
        if (total == 0)
        {
            _cumulativeWeights = [];
        }
    }

    private NumberForms Forms(long id) => new(_spelling ^ (ulong)id, _options.ExponentFraction);
}
