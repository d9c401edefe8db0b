using System.Diagnostics;

using MarketData.Books;
using MarketData.Telemetry;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>
/// Carries out what the <see cref="BookKeeper"/> asks for. Comes in: books to resubscribe. Goes out: unsubscribe and subscribe calls, many
/// books in one call because each call costs a tenth of the exchange's burst. Owns: the calls under way. Started and harvested by the
/// stream's pump; the calls themselves run on the thread pool and touch nothing but the client.
/// </summary>
internal sealed class ResyncRunner(ShardSet shards, BookKeeper keeper, IReadOnlyDictionary<string, InstrumentRoute> routes, ILogger logger)
{
    // While the exchange's budget holds calls back, books that fall due wait here to share the next call, busiest first, instead of each
    // queueing for a call of its own. More than one, so that a lost reply does not hold up every other book.
    private const int MaxUnderWay = 4;

    private readonly List<BookResync> _due = [];
    private readonly List<Attempt> _underWay = [];

    /// <summary>Starts what is due, unless enough is under way.</summary>
    public void Start(CancellationToken cancellationToken)
    {
        // In maintenance every call is refused: what is due waits for its end.
        if (_underWay.Count >= MaxUnderWay || shards.InMaintenance)
            return;
        keeper.TakeResyncs(_due);
        if (_due.Count == 0)
            return;
        var reconnecting = new HashSet<Shard>();
        var books = new List<(InstrumentRoute Route, ActivityContext Span)>();
        foreach (var resync in _due)
        {
            if (!routes.TryGetValue(resync.Book.Instrument.Name, out var route))
                continue;
            if (!resync.NewConnection)
                books.Add((route, resync.Span));
            else if (reconnecting.Add(route.Shard))
                Reconnect(route);
        }

        // The new connection brings all of its books back by itself.
        _due.Clear();
        foreach (var group in books.Where(book => !reconnecting.Contains(book.Route.Shard)).GroupBy(book => book.Route.Shard))
        {
            List<(InstrumentRoute Route, long Epoch)> together = [.. group.Select(book => (book.Route, book.Route.Epoch))];
            string[] channels = [.. group.Select(book => book.Route.BookChannel ?? "")];
            // One call for many incidents: it is part of the first one's trace, and linked to the others'.
            var span = Spans.Begin("book.resubscribe", group.First().Span, group.Skip(1).Select(book => new ActivityLink(book.Span)))
                ?.SetTag("marketdata.books", together.Count);
            _underWay.Add(new Attempt(
                together, Spans.Within(span, () => group.Key.Client.ResubscribeAsync(channels, cancellationToken)), span));
        }
    }

    /// <summary>Tells the keeper how the finished calls ended.</summary>
    public void Harvest()
    {
        for (var i = _underWay.Count - 1; i >= 0; i--)
        {
            if (!_underWay[i].Call.IsCompleted)
                continue;
            Report(_underWay[i]);
            _underWay[i].Span?.Dispose();
            _underWay.RemoveAt(i);
        }
    }

    /// <summary>Waits for the calls under way, at the end of the stream.</summary>
    public async Task StopAsync()
    {
        foreach (var attempt in _underWay)
            await ((Task)attempt.Call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Harvest();
    }

    private void Reconnect(InstrumentRoute route)
    {
        AdapterLog.NewConnectionForBook(logger, route.Instrument.Name);
        route.Shard.Client.Reconnect($"The book of {route.Instrument.Name} got no snapshot by resubscribing.");
    }

    private void Report(Attempt attempt)
    {
        // A book that another connection carries by now is subscribed there.
        var books = attempt.Books.Where(book => book.Route.Epoch == book.Epoch).Select(book => book.Route);
        if (!attempt.Call.IsCompletedSuccessfully)
        {
            // A lost connection resubscribes everything by itself; the keeper's deadline covers whatever else it may be.
            attempt.Span?.SetStatus(ActivityStatusCode.Error, attempt.Call.Exception?.InnerException?.Message);
            AdapterLog.ResubscribeFailed(logger, attempt.Books.Count, attempt.Call.Exception?.InnerException?.Message ?? "cancelled");
            foreach (var route in books)
                keeper.ResyncFailed(route.Book!, "The resubscription was not acknowledged.");
            return;
        }

        var refused = attempt.Call.GetAwaiter().GetResult().ToHashSet(StringComparer.Ordinal);
        foreach (var route in books)
        {
            if (refused.Contains(route.BookChannel!))
                keeper.ResyncFailed(route.Book!, $"The exchange did not acknowledge {route.BookChannel}.");
            else
                keeper.ResyncStarted(route.Book!);
        }
    }

    private sealed record Attempt(List<(InstrumentRoute Route, long Epoch)> Books, Task<IReadOnlyList<string>> Call, Activity? Span);
}
