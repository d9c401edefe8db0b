using System.Text;

using Deribit.Client;
using Deribit.Client.Transport;
using MarketData.Soak.Faults;
using MarketData.Soak.Transport;

namespace MarketData.Soak.Venue;

/// <summary>
/// The exchange's end of one connection. Comes in: requests; what happens on the market. Goes out: replies, notifications and heartbeats,
/// in order, after the line's latency, spoiled as the plan says. Owns: the subscriptions.
/// </summary>
internal sealed partial class VenueSession(Exchange exchange, int number)
{
    private static readonly TimeSpan PongTime = TimeSpan.FromSeconds(20);

    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Delivery> _held = [];
    private TimeSpan _lineFreeAt;
    private bool _silent;
    private bool _leaving;

    public WireSocket Socket { get; set; } = null!;

    public int Number { get; } = number;

    public bool IsOpen { get; private set; } = true;

    /// <summary>What ended the connection, when the soak did.</summary>
    public InjectedFault? EndedBy { get; private set; }

    /// <summary>Faults that hit this connection and may lead the client to give it up.</summary>
    public List<InjectedFault> Threats { get; } = [];

    public bool HasBook(VenueInstrument instrument) => BookChannel(instrument) is not null;

    public bool IsSubscribed(string channel) => _subscribed.Contains(channel);

    public void SendBook(VenueInstrument instrument, long previous, List<LevelChange> levels)
    {
        if (BookChannel(instrument) is not { } channel || exchange.UnplannedDropAt-- == 0)
            return;
        SendData(channel, new Delivery
        {
            Bytes = Utf8(Json.Book(channel, instrument, instrument.ChangedUnixMs, instrument.ChangeId, previous, levels, exchange.Wire)),
            Content = FrameContent.Book,
            Instrument = instrument,
            ChangeId = instrument.ChangeId,
            Previous = previous,
        });
    }

    public void SendTrades(VenueInstrument instrument, IReadOnlyList<VenueTrade> trades)
    {
        if (ChannelOf("trades", instrument) is { } channel)
        {
            SendData(channel, new Delivery
            {
                Bytes = Utf8(Json.Trades(channel, instrument, trades, exchange.Wire)),
                Content = FrameContent.Trades,
                Instrument = instrument,
                Trades = trades,
            });
        }
    }

    public void SendTicker(VenueInstrument instrument)
    {
        if (ChannelOf("ticker", instrument) is { } channel)
        {
            SendData(channel, new Delivery
            {
                Bytes = Utf8(Json.Ticker(channel, instrument, exchange.NowUnixMs, exchange.Wire)),
                Content = FrameContent.Ticker,
                Instrument = instrument,
            });
        }
    }

    public void SendNews(string channel, string data)
    {
        if (_subscribed.Contains(channel))
            SendText(Json.News(channel, data));
    }

    /// <summary>Sends a frame that belongs to nothing.</summary>
    public void SendOdd(SocketFrameKind kind, byte[] bytes) => Transmit(new Delivery { Kind = kind, Bytes = bytes });

    /// <summary>An expired instrument's channels end.</summary>
    public void Drop(VenueInstrument instrument) =>
        _subscribed.RemoveWhere(channel => channel.Contains($".{instrument.Name}.", StringComparison.Ordinal));

    public void Close(int? code, InjectedFault fault, string reason = "injected")
    {
        EndedBy ??= fault;
        fault.Hits++;
        Transmit(new Delivery { Kind = SocketFrameKind.Closed, Bytes = [], CloseCode = code, Reason = reason });
    }

    public void Break(InjectedFault fault)
    {
        EndedBy ??= fault;
        fault.Hits++;
        Transmit(new Delivery { Kind = SocketFrameKind.Broken, Bytes = [0x7B, 0xFF, 0xFE] });
    }

    public void Reset(InjectedFault fault)
    {
        EndedBy ??= fault;
        fault.Hits++;
        Socket.Fail(DeribitConnectionFault.Lost, "The connection was reset.");
    }

    /// <summary>Nothing passes any more; the socket finds it by its pings (half-open) or never does.</summary>
    public void FallSilent(InjectedFault fault, bool foundByPing)
    {
        EndedBy ??= fault;
        fault.Hits++;
        _silent = true;
        if (foundByPing)
            exchange.Time.After(PongTime, () => Socket.Fail(DeribitConnectionFault.HalfOpen, "No pong came."));
    }

    /// <summary>The client read a frame.</summary>
    public void Read(Delivery delivery)
    {
        if (delivery.Content != FrameContent.Other)
            exchange.Witness.Seen(this, delivery);
    }

    public void ClientSaidGoodbye()
    {
        _leaving = true;
        if (!_silent)
            exchange.Time.After(exchange.Latency(), () => Socket.Deliver(new Delivery { Kind = SocketFrameKind.Closed, Bytes = [], CloseCode = 1000 }));
    }

    public void ClientGone()
    {
        IsOpen = false;
        exchange.Sessions.Remove(this);
        exchange.Witness.Ended(this);
    }

    private string? BookChannel(VenueInstrument instrument) => ChannelOf("book", instrument);

    private string? ChannelOf(string family, VenueInstrument instrument)
    {
        foreach (var interval in (ReadOnlySpan<string>)["100ms", "raw"])
        {
            var channel = $"{family}.{instrument.Name}.{interval}";
            if (_subscribed.Contains(channel))
                return channel;
        }

        return null;
    }

    private void SendSnapshot(string channel, VenueInstrument instrument)
    {
        if (exchange.Armed.TakeSnapshot(instrument.Name) is { } fault)
        {
            Hit(fault, instrument, FrameContent.Book);
            return;
        }

        SendData(channel, SnapshotOf(channel, instrument));
    }

    private Delivery SnapshotOf(string channel, VenueInstrument instrument)
    {
        var state = instrument.State;
        var levels = state.Bids.Select(level => new LevelChange(true, "new", level.Price, level.Amount))
            .Concat(state.Asks.Select(level => new LevelChange(false, "new", level.Price, level.Amount))).ToList();
        return new Delivery
        {
            Bytes = Utf8(Json.Book(channel, instrument, instrument.ChangedUnixMs, state.ChangeId, null, levels, exchange.Wire)),
            Content = FrameContent.Book,
            Instrument = instrument,
            ChangeId = state.ChangeId,
        };
    }

    /// <summary>Sends a frame of a channel, unless a fault waits for it.</summary>
    private void SendData(string channel, Delivery delivery)
    {
        var instrument = delivery.Instrument!;
        if (exchange.Armed.TakeFrame(instrument.Name, delivery.Content) is not { } fault)
        {
            Transmit(delivery);
            Release(channel);
            return;
        }

        delivery.Fault = fault;
        Threats.Add(fault);
        switch (fault.Kind)
        {
            case FaultKind.FrameDropped or FaultKind.ChannelMute:
                Hit(fault, instrument, delivery.Content);
                break;
            case FaultKind.FrameDuplicated:
                Transmit(delivery);
                Transmit(delivery.Again());
                break;
            case FaultKind.FramesSwapped when !_held.ContainsKey(channel):
                Hit(fault, instrument, delivery.Content);
                _held[channel] = delivery;
                return;
            case FaultKind.SnapshotUnasked when delivery.Content == FrameContent.Book:
                var snapshot = SnapshotOf(channel, instrument);
                snapshot.Fault = fault;
                Transmit(snapshot);
                break;
            default:
                Spoiler.Spoil(delivery, fault, exchange.Wire);
                Transmit(delivery);
                break;
        }

        Release(channel);
    }

    private void Release(string channel)
    {
        if (_held.Remove(channel, out var held))
            Transmit(held);
    }

    // The witness hears of a lost frame when it would have arrived: what was sent before it is seen before it.
    private void Hit(InjectedFault fault, VenueInstrument instrument, FrameContent content)
    {
        Threats.Add(fault);
        exchange.Time.After(NextPlace(), () => exchange.Witness.Lost(instrument, content, fault));
    }

    private void SendText(string text) => Transmit(new Delivery { Bytes = Utf8(text) });

    private void Transmit(Delivery delivery)
    {
        if (!IsOpen || _silent)
            return;
        exchange.Time.After(NextPlace(), () =>
        {
            if (!_silent)
                Socket.Deliver(delivery);
        });
    }

    // One line: nothing overtakes.
    private TimeSpan NextPlace()
    {
        var at = exchange.Time.Elapsed + exchange.Latency();
        _lineFreeAt = at > _lineFreeAt ? at : _lineFreeAt;
        return _lineFreeAt - exchange.Time.Elapsed;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
