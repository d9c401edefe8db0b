using Deribit.Client;
using MarketData.Books;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>
/// Asks the exchange for the books that the <see cref="BookKeeper"/> wants to hold its own against. Comes in: books. Goes out: the
/// exchange's, to the keeper. Owns: the one call under way, so that audits never crowd out repairs. Driven by the stream's pump; the call
/// itself runs on the thread pool and touches nothing but the client.
/// </summary>
internal sealed class AuditRunner(DeribitClient client, BookKeeper keeper, ILogger logger)
{
    // The exchange's largest depth: the whole book (Deribit API v2, get_order_book, depth).
    private const int WholeBook = 10_000;

    private OrderBookSynchroniser? _book;
    private Task<DeribitOrderBookSnapshot>? _call;

    /// <summary>Hands over the answer, if there is one, and asks for the next book.</summary>
    public void Run(List<MarketDataEvent> output, CancellationToken cancellationToken)
    {
        if (_call is { IsCompleted: true })
            Report(_call, output);
        if (_call is null && (_book = keeper.TakeAudit()) is { } book)
            _call = client.GetOrderBookAsync(book.Instrument.Name, WholeBook, cancellationToken);
    }

    /// <summary>Waits for the call under way, at the end of the stream.</summary>
    public async Task StopAsync()
    {
        if (_call is { } call)
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Report(Task<DeribitOrderBookSnapshot> call, List<MarketDataEvent> output)
    {
        _call = null;
        if (call.IsCompletedSuccessfully)
        {
            var truth = call.GetAwaiter().GetResult();
            keeper.AuditAnswered(_book!, truth.ChangeId, ToLevels(truth.Bids), ToLevels(truth.Asks), output);
            return;
        }

        AdapterLog.AuditFailed(logger, _book!.Instrument.Name, call.Exception?.InnerException?.Message ?? "cancelled");
        keeper.AuditFailed(_book!);
    }

    private static BookLevel[] ToLevels(ReadOnlyMemory<DeribitBookLevel> levels) =>
        Array.ConvertAll(levels.ToArray(), level => new BookLevel(level.Price, level.Amount));
}
