using System.Globalization;

using Deribit.Client;
using MarketData.Exchanges;

namespace MarketData.Deribit;

/// <content>What is to be collected: set from any thread, applied by the stream's pump.</content>
public sealed partial class DeribitExchange
{
    private readonly Lock _wantedLock = new();

    private volatile WantedSet? _wanted;
    private WantedSet? _applying;
    private WantedSet? _awaited;
    private bool _ended;

    /// <inheritdoc/>
    public Task CollectAsync(IReadOnlyList<WantedInstrument> wanted, string reason, bool isHandedOver = false)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        lock (_wantedLock)
        {
            if (_ended)
                return Task.CompletedTask;
            // One that was not applied yet is superseded: whoever waits for it gets the newer one, which is what is true then.
            _wanted = new WantedSet(
                [.. wanted], reason, isHandedOver || _wanted?.IsHandedOver == true,
                _wanted?.Applied ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return _wanted.Applied.Task;
        }
    }

    // A change comes behind everything that was received before it: an instrument that is wanted no more is closed behind its last message,
    // however long the sinks held the intake back.
    private bool IsChangeDue()
    {
        // Looked at between messages: without a wish it takes no lock.
        if (_wanted is null)
            return false;
        lock (_wantedLock)
        {
            if (_wanted is null)
                return false;
            if (_awaited != _wanted)
            {
                _awaited = _wanted;
                foreach (var shard in _shards.All)
                    shard.ReadBeforeChange = shard.Client.Unread;
            }
        }

        return _shards.All.All(shard => shard.ReadBeforeChange <= 0 || shard.Client.Unread == 0);
    }

    private void ApplyWanted()
    {
        lock (_wantedLock)
            (_applying, _wanted, _awaited) = (_wanted, null, null);
        if (_applying is null)
            return;
        var wanted = new Dictionary<string, WantedInstrument>(StringComparer.Ordinal);
        foreach (var one in _applying.Instruments)
            wanted[one.Instrument.Name] = one;

        // 1. What is gone, in one call: two hundred instruments that expire together are one unsubscription, not two hundred.
        var gone = _routes.Values
            .Where(route => !wanted.TryGetValue(route.Instrument.Name, out var now) || IsListedAnew(route.Instrument, now.Instrument)).ToList();
        foreach (var from in gone.GroupBy(route => route.Shard))
            Unsubscribe(from.Key, from);
        foreach (var route in gone)
        {
            if (wanted.TryGetValue(route.Instrument.Name, out var now))
                End(route, DescribeChange(route.Instrument, now.Instrument), isHandedOver: false);
            else
                End(route, _applying.Reason, _applying.IsHandedOver);
        }

        // 2. What is new. What stays is left alone, but for a tape that began before it was known where an earlier one ended.
        var begun = new List<InstrumentRoute>();
        foreach (var one in wanted.Values)
        {
            if (!_routes.ContainsKey(one.Instrument.Name))
                begun.Add(Begin(one));
            else
                Tell(one);
        }

        foreach (var on in begun.GroupBy(route => route.Shard))
            on.Key.Client.Subscribe(on.SelectMany(route => route.Channels));
    }

    // What a tape that runs is told of the time before it.
    private void Tell(WantedInstrument wanted)
    {
        var name = wanted.Instrument.Name;
        if (wanted.LastTrade is { } position)
            _tapes.Learn(name, position, _output);
        else if (!wanted.AwaitsLastTrade)
            _tapes.LearnNone(name);
        if (wanted.InterruptedSinceUnixMs is { } since)
            _tapes.InterruptedBefore(name, since, ReasonOf(wanted), _output);
    }

    private static string ReasonOf(WantedInstrument wanted) => wanted.InterruptedBy ?? "Another collector stopped collecting the instrument.";

    // After the events of the change were taken by the one who enumerates the stream.
    private void WantedApplied()
    {
        _applying?.Applied.SetResult();
        _applying = null;
    }

    private void EndWanted()
    {
        lock (_wantedLock)
        {
            _ended = true;
            _applying?.Applied.TrySetResult();
            _applying = null;
            _wanted?.Applied.TrySetResult();
            _wanted = null;
        }
    }

    private InstrumentRoute Begin(WantedInstrument wanted)
    {
        var instrument = wanted.Instrument;
        var route = new InstrumentRoute(instrument, _shards.LeastLoaded()) { Epoch = _epoch };
        var (since, by) = (wanted.InterruptedSinceUnixMs, ReasonOf(wanted));
        _routes.Add(instrument.Name, route);
        route.Shard.Instruments++;
        if (_kinds.HasFlag(DataKind.OrderBook))
        {
            route.BookChannel = DeribitChannels.Book(instrument.Name, _options.Resolve(_options.BookInterval));
            route.Book = _books.Add(instrument);
            _books.Begin(route.Book, _epoch, route.Shard.IsUp, since, by, _output);
            Carry(route, DataKind.OrderBook, route.BookChannel);
        }

        if (_kinds.HasFlag(DataKind.Trade))
        {
            var tape = _tapes.Add(instrument, wanted.LastTrade, wanted.AwaitsLastTrade);
            tape.Begin(_epoch, route.Shard.IsUp, since, by, _output);
            Carry(route, DataKind.Trade, DeribitChannels.Trades(instrument.Name, _options.Resolve(_options.TradesInterval)));
            route.TradeWatch = Watch(route.Channels[^1], TimeSpan.MaxValue);
        }

        if (_kinds.HasFlag(DataKind.Ticker))
        {
            BeginTicker(route, since, by);
            Carry(route, DataKind.Ticker, DeribitChannels.Ticker(instrument.Name, _options.Resolve(_options.TickerInterval)));
            route.TickerWatch = Watch(route.Channels[^1], TickerPromise);
        }

        return route;
    }

    // Another version of the instrument under the same name: its prices and amounts are not to be read by the old sizes. The old version's
    // streams are closed and the new one's begin, on each with its own subscription.
    private static bool IsListedAnew(Instrument old, Instrument now) =>
        old.TickSize != now.TickSize || old.ContractSize != now.ContractSize || old.ExpiresAt != now.ExpiresAt;

    private static string DescribeChange(Instrument old, Instrument now) => string.Create(
        CultureInfo.InvariantCulture,
        $"The exchange lists {old.Name} anew: tick size {old.TickSize} -> {now.TickSize}, contract size {old.ContractSize} -> {now.ContractSize}, "
        + $"expiry {old.ExpiresAt:u} -> {now.ExpiresAt:u}.");

    private static void Carry(InstrumentRoute route, DataKind kind, string channel)
    {
        route.Channels.Add(channel);
        if (route.Shard.Ending.Contains((route.Instrument.Name, kind)))
            route.Ending |= kind;
    }

    private void End(InstrumentRoute route, string reason, bool isHandedOver)
    {
        _routes.Remove(route.Instrument.Name);
        route.Shard.Instruments--;
        if (route.Book is { } book)
            _books.Remove(book);
        if (_tapes.Find(route.Instrument.Name) is { } tape)
            _tapes.Remove(tape, reason, _output, isHandedOver);
        foreach (var stream in route.Channels.Select(StreamOf))
            AddIntegrity(stream, route, IntegrityKind.Closed, reason, default);
    }

    // The exchange ended channels: what comes from here on is a new subscription's.
    private void Ended(DeribitChannelsEnded ended, Shard shard)
    {
        foreach (var channel in ended.Channels)
        {
            if (KindOf(channel) is var (name, kind) && shard.Ending.Remove((name, kind)) && RouteOf(name, shard) is { } route)
                route.Ending &= ~kind;
        }
    }

    // By instrument, not by the name that was asked for: a raw channel that was denied ends as its 100 ms one.
    private static (string Name, DataKind Kind)? KindOf(string channel)
    {
        var parsed = DeribitChannels.Parse(channel);
        return (parsed.InstrumentName, parsed.Kind) switch
        {
            ({ } name, DeribitChannelKind.Book) => (name, DataKind.OrderBook),
            ({ } name, DeribitChannelKind.Trades) => (name, DataKind.Trade),
            ({ } name, DeribitChannelKind.Ticker) => (name, DataKind.Ticker),
            _ => null,
        };
    }

    private sealed record WantedSet(IReadOnlyList<WantedInstrument> Instruments, string Reason, bool IsHandedOver, TaskCompletionSource Applied);
}
