using Deribit.Client;
using MarketData.Books;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>
/// Asks the exchange whether what we have is what it has. Comes in: books from the <see cref="BookKeeper"/>, channels from the
/// <see cref="ChannelProbes"/>. Goes out: the exchange's answers, to them. Owns: the one call under way, so that audits never crowd out
/// repairs. Driven by the stream's pump; the call itself runs on the thread pool and touches nothing but the client.
/// </summary>
internal sealed class AuditRunner(ShardSet shards, DeribitCallBudget budget, BookKeeper keeper, ChannelProbes probes, ILogger logger)
{
    // The exchange's largest depth: the whole book (Deribit API v2, get_order_book, depth).
    private const int WholeBook = 10_000;

    private Audit? _audit;

    /// <summary>Hands over the answer, if there is one, and asks the next question.</summary>
    /// <param name="caughtUp">Whether no frame waits to be applied.</param>
    /// <param name="output">Takes the events that result.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public void Run(bool caughtUp, List<MarketDataEvent> output, CancellationToken cancellationToken)
    {
        if (_audit is { Call.IsCompleted: true } done)
        {
            _audit = null;
            done.Report(done.Call, output);
        }

        if (caughtUp)
            keeper.EndOverdueAudits(output);
        if (_audit is not null || !MayAsk() || !budget.HasRoom)
            return;
        // Routine audits leave half of the budget to repairs and to whatever else shares it.
        var hasRoom = budget.HasSpare;
        if (keeper.TakeAudit(hasRoom) is { } book)
        {
            _audit = new Audit(
                shards.Caller.GetOrderBookAsync(book.Instrument.Name, WholeBook, cancellationToken), (call, events) => Report(book, call, events));
        }
        else if (probes.Take(hasRoom) is var (route, kind))
        {
            var epoch = route.Epoch;
            _audit = new Audit(
                probes.AskAsync(route, kind, cancellationToken), (call, events) => Report(route, kind, epoch, call, events));
        }
    }

    /// <summary>Waits for the call under way, at the end of the stream.</summary>
    public async Task StopAsync()
    {
        if (_audit is { } audit)
            await audit.Call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // In maintenance every call is refused, and every book stands still.
    private bool MayAsk() => !shards.InMaintenance && shards.Caller.Status.Connected;

    private void Report(OrderBookSynchroniser book, Task call, List<MarketDataEvent> output)
    {
        if (call is Task<DeribitOrderBookSnapshot> { IsCompletedSuccessfully: true, Result: var truth })
        {
            keeper.AuditAnswered(book, truth.ChangeId, ToLevels(truth.Bids), ToLevels(truth.Asks), output, WholeBook);
            return;
        }

        AdapterLog.AuditFailed(logger, book.Instrument.Name, call.Exception?.InnerException?.Message ?? "cancelled");
        keeper.AuditFailed(book);
    }

    private void Report(InstrumentRoute route, DataKind kind, long epoch, Task call, List<MarketDataEvent> output)
    {
        var ahead = call is Task<long?> { IsCompletedSuccessfully: true, Result: var answer } ? answer : null;
        if (!call.IsCompletedSuccessfully)
            AdapterLog.ProbeFailed(logger, route.Instrument.Name, call.Exception?.InnerException?.Message ?? "cancelled");
        // What was asked on an earlier connection says nothing of the channel on this one.
        probes.Answered(route, kind, ahead, !call.IsCompletedSuccessfully || route.Epoch != epoch || !route.Shard.IsUp, output);
    }

    private static BookLevel[] ToLevels(ReadOnlyMemory<DeribitBookLevel> levels) =>
        Array.ConvertAll(levels.ToArray(), level => new BookLevel(level.Price, level.Amount));

    private sealed record Audit(Task Call, Action<Task, List<MarketDataEvent>> Report);
}
