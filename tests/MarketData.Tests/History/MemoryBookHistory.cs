using System.Runtime.CompilerServices;
using MarketData.Coverage;
using MarketData.History;

namespace MarketData.Tests.History;

/// <summary>A history in memory, in the order in which events were added; answers word for word as the interface says.</summary>
internal sealed class MemoryBookHistory : IBookHistory
{
    public List<OrderBookEvent> Books { get; } = [];

    public List<IntegrityEvent> Ledger { get; } = [];

    public Task<OrderBookEvent?> LastSnapshotAsync(
        Instrument instrument, long seenBeforeUnixMs, long changedUntilUnixMs, CancellationToken cancellationToken) =>
        Task.FromResult(Snapshots(instrument)
            .Where(book => Seen(book) < seenBeforeUnixMs * 1_000_000 && book.ExchangeTimeUnixMs <= changedUntilUnixMs)
            .OrderBy(Seen).LastOrDefault());

    public Task<OrderBookEvent?> NextSnapshotAsync(Instrument instrument, long seenFromUnixMs, CancellationToken cancellationToken) =>
        Task.FromResult(Snapshots(instrument).Where(book => Seen(book) >= seenFromUnixMs * 1_000_000).OrderBy(Seen).FirstOrDefault());

    public async IAsyncEnumerable<OrderBookEvent> ReadUpdatesAsync(
        Instrument instrument, long afterChangeId, long fromUnixMs, long untilUnixMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        var wanted = Books.Where(book => book.Key == instrument.Key && book.Action == BookAction.Update && book.ChangeId > afterChangeId
            && book.ExchangeTimeUnixMs >= fromUnixMs && book.ExchangeTimeUnixMs <= untilUnixMs);
        foreach (var update in wanted.OrderBy(book => book.ChangeId)) yield return update;
    }

    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(
        Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken)
    {
        var all = Ledger.Where(entry => entry.Key == instrument.Key).Select(entry => new LedgerEntry(entry, "", entry.ReceivedAtUnixNs / 1_000_000))
            .OrderBy(entry => entry.AtUnixMs).ToList();
        var begin = all.FindLastIndex(entry => entry.AtUnixMs < fromUnixMs && IsClosing(entry));
        var end = all.FindIndex(entry => entry.AtUnixMs > untilUnixMs && (IsClosing(entry) || entry.Event.Kind == IntegrityKind.Verified));
        return Task.FromResult<IReadOnlyList<LedgerEntry>>(all[Math.Max(0, begin)..(end < 0 ? all.Count : end + 1)]);
    }

    private static bool IsClosing(LedgerEntry entry) => entry.Event.Kind is IntegrityKind.Resynced or IntegrityKind.Closed;

    private static long Seen(OrderBookEvent snapshot) => snapshot.VerifiedAtUnixNs ?? snapshot.ReceivedAtUnixNs;

    private IEnumerable<OrderBookEvent> Snapshots(Instrument instrument) =>
        Books.Where(book => book.Key == instrument.Key && book.Action == BookAction.Snapshot);
}
