using Deribit.Client;
using MarketData.Exchanges;

namespace MarketData.Deribit;

/// <content>What is to be collected: set from any thread, applied by the stream's pump.</content>
public sealed partial class DeribitExchange
{
    private readonly Lock _wantedLock = new();
    private WantedSet? _wanted;
    private WantedSet? _applying;
    private bool _ended;

    /// <inheritdoc/>
    public Task CollectAsync(IReadOnlyList<WantedInstrument> wanted, string reason)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        lock (_wantedLock)
        {
            if (_ended)
                return Task.CompletedTask;
            // One that was not applied yet is superseded: whoever waits for it gets the newer one, which is what is true then.
            _wanted = new WantedSet([.. wanted], reason, _wanted?.Applied ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return _wanted.Applied.Task;
        }
    }

    private void ApplyWanted()
    {
        lock (_wantedLock)
            (_applying, _wanted) = (_wanted, null);
        if (_applying is null)
            return;
        var names = _applying.Instruments.Select(wanted => wanted.Instrument.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var route in _routes.Values.Where(route => !names.Contains(route.Instrument.Name)).ToList())
            End(route, _applying.Reason);
        var channels = new List<string>();
        foreach (var wanted in _applying.Instruments)
        {
            if (!_routes.ContainsKey(wanted.Instrument.Name))
                channels.AddRange(Begin(wanted));
        }

        if (channels.Count > 0)
            _client.Subscribe(channels);
    }

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
            _wanted?.Applied.TrySetResult();
            _wanted = null;
        }
    }

    private List<string> Begin(WantedInstrument wanted)
    {
        var instrument = wanted.Instrument;
        var route = new InstrumentRoute(instrument);
        _routes.Add(instrument.Name, route);
        if (_kinds.HasFlag(DataKind.OrderBook))
        {
            route.BookChannel = DeribitChannels.Book(instrument.Name, _options.Resolve(_options.BookInterval));
            route.Book = _books.Add(instrument);
            route.Channels.Add(route.BookChannel);
        }

        if (_kinds.HasFlag(DataKind.Trade))
        {
            _tapes.Add(instrument, wanted.LastTrade);
            route.Channels.Add(DeribitChannels.Trades(instrument.Name, _options.Resolve(_options.TradesInterval)));
        }

        if (_kinds.HasFlag(DataKind.Ticker))
            route.Channels.Add(DeribitChannels.Ticker(instrument.Name, _options.Resolve(_options.TickerInterval)));
        return route.Channels;
    }

    private void End(InstrumentRoute route, string reason)
    {
        _client.Unsubscribe(route.Channels);
        _routes.Remove(route.Instrument.Name);
        if (route.Book is { } book)
            _books.Remove(book);
        if (_tapes.Find(route.Instrument.Name) is { } tape)
            _tapes.Remove(tape, reason, _output);
        foreach (var stream in route.Channels.Select(StreamOf))
            AddIntegrity(stream, route.Instrument.Name, route.Key, IntegrityKind.Closed, reason, default);
    }

    private sealed record WantedSet(IReadOnlyList<WantedInstrument> Instruments, string Reason, TaskCompletionSource Applied);
}
