using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using MarketData.Coverage;
using MarketData.Events;
using MarketData.History;
using static MarketData.Parquet.Query.Sql;

namespace MarketData.Parquet.Query;

/// <summary>
/// The order books of the history in Parquet files. Comes in: questions. Goes out: stored events, exactly. Owns: nothing; each question opens the
/// files that it needs, those of its days. Any thread; the answer is read on the pool.
/// </summary>
/// <param name="directory">The directory that <see cref="ParquetHistory"/> writes; it is only read.</param>
/// <param name="timeProvider">Says which is the last day that there can be.</param>
public sealed class ParquetBookHistory(string directory, TimeProvider timeProvider) : IBookHistory
{
    private const long NsPerMs = 1_000_000;

    // How far our clock may be from the exchange's, and a frame may be late, before an update would not be found.
    private const long LatenessNs = 3_600 * 1_000 * NsPerMs;

    private const string Seen = "coalesce(verified_at, received_at)";
    private const string Closing = "kind IN ('resynced', 'closed')";
    private const string Book = "epoch_ms(timestamp), epoch_ns(received_at), epoch, change_id, bid_prices, bid_amounts, ask_prices, ask_amounts, "
        + "best_bid_price, best_bid_amount, best_ask_price, best_ask_amount";

    /// <inheritdoc/>
    public Task<OrderBookEvent?> LastSnapshotAsync(
        Instrument instrument, long seenBeforeUnixMs, long changedUntilUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return AskAsync(
            questions => Snapshot(
                questions, instrument, HistoryWindows.Back((seenBeforeUnixMs * NsPerMs) - 1), $"AND timestamp <= epoch_ms({Number(changedUntilUnixMs)})",
                "DESC", cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<OrderBookEvent?> NextSnapshotAsync(Instrument instrument, long seenFromUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return AskAsync(
            questions => Snapshot(
                questions, instrument, HistoryWindows.Ahead(seenFromUnixMs * NsPerMs, timeProvider.GetUtcNow()), "", "ASC", cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<OrderBookEvent> ReadUpdatesAsync(
        Instrument instrument, long afterChangeId, long fromUnixMs, long untilUnixMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var (fromNs, untilNs) = (Math.Max(0, (fromUnixMs * NsPerMs) - LatenessNs), (untilUnixMs * NsPerMs) + LatenessNs);
        using var questions = await Task.Run(() => new HistoryQuestions(directory), cancellationToken);
        var updates = questions.Read(
            $"SELECT {Book}, prev_change_id FROM book_updates WHERE {Whose(instrument)} AND {Days(fromNs, untilNs)} "
            + $"AND change_id > {Number(afterChangeId)} AND timestamp BETWEEN epoch_ms({Number(fromUnixMs)}) AND epoch_ms({Number(untilUnixMs)}) "
            + "ORDER BY change_id",
            row => BookOf(instrument, row, BookAction.Update) with { PreviousChangeId = Whole(row, 12) },
            cancellationToken);
        using var reading = updates.GetEnumerator();
        while (await Task.Run(reading.MoveNext, cancellationToken))
            yield return reading.Current;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(
        Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var (fromNs, untilNs) = (Math.Max(0, fromUnixMs) * NsPerMs, untilUnixMs * NsPerMs);
        var ledger = $"FROM integrity WHERE {Whose(instrument)} AND channel = 'orderbook'";
        return AskAsync<IReadOnlyList<LedgerEntry>>(
            questions =>
            {
                var begin = Time($"SELECT epoch_ns(max(received_at)) {ledger} AND {Closing} AND received_at < {Nanos(fromNs)}") ?? 0;
                var end = Time($"SELECT epoch_ns(min(received_at)) {ledger} AND ({Closing} OR kind = 'verified') AND received_at > {Nanos(untilNs)}");
                return [.. questions.Read(
                    "SELECT kind, epoch_ms(timestamp), epoch_ns(received_at), epoch, from_id, to_id, epoch_ms(from_time), epoch_ms(to_time), detail "
                    + $"{ledger} AND received_at >= {Nanos(begin)} {(end is { } last ? $"AND received_at <= {Nanos(last)}" : "")} "
                    + $"AND NOT (kind = 'verified' AND received_at < {Nanos(fromNs)}) ORDER BY received_at",
                    row => EntryOf(instrument, row),
                    cancellationToken).OfType<LedgerEntry>()];

                long? Time(string question) => questions.Read(question, row => Whole(row, 0), cancellationToken).Single();
            },
            cancellationToken);
    }

    private Task<T> AskAsync<T>(Func<HistoryQuestions, T> ask, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var questions = new HistoryQuestions(directory);
            return ask(questions);
        },
        cancellationToken);

    private static OrderBookEvent? Snapshot(
        HistoryQuestions questions, Instrument instrument, IEnumerable<(long FromNs, long UntilNs)> windows, string condition, string order,
        CancellationToken cancellationToken) => windows.SelectMany(window => questions.Read(
            $"SELECT {Book}, epoch_ns(verified_at) FROM book_snapshots WHERE {Whose(instrument)} AND {Days(window.FromNs, window.UntilNs)} "
            + $"AND {Seen} BETWEEN {Nanos(window.FromNs)} AND {Nanos(window.UntilNs)} {condition} ORDER BY {Seen} {order}, change_id DESC LIMIT 1",
            row => BookOf(instrument, row, BookAction.Snapshot) with { VerifiedAtUnixNs = Whole(row, 12) },
            cancellationToken)).FirstOrDefault();

    private static OrderBookEvent BookOf(Instrument instrument, DuckDBDataReader row, BookAction action) => new()
    {
        Exchange = instrument.Exchange,
        InstrumentName = instrument.Name,
        Key = instrument.Key,
        Action = action,
        ExchangeTimeUnixMs = row.GetInt64(0),
        ReceivedAtUnixNs = row.GetInt64(1),
        Epoch = row.GetInt64(2),
        ChangeId = row.GetInt64(3),
        PreviousChangeId = null,
        Bids = Levels(row, 4),
        Asks = Levels(row, 6),
        BestBid = Best(row, 8),
        BestAsk = Best(row, 10),
    };

    // An entry of a kind that this version does not know is left out.
    private static LedgerEntry? EntryOf(Instrument instrument, DuckDBDataReader row) => EventJson.KindOf(row.GetString(0)) is { } kind
        ? new LedgerEntry(
            new IntegrityEvent
            {
                Exchange = instrument.Exchange,
                InstrumentName = instrument.Name,
                Key = instrument.Key,
                Channel = "orderbook",
                Kind = kind,
                ExchangeTimeUnixMs = row.GetInt64(1),
                ReceivedAtUnixNs = row.GetInt64(2),
                Epoch = row.GetInt64(3),
                FromId = Whole(row, 4),
                ToId = Whole(row, 5),
                FromTimeUnixMs = Whole(row, 6),
                ToTimeUnixMs = Whole(row, 7),
                Detail = row.IsDBNull(8) ? null : row.GetString(8),
            },
            Source: "",
            row.GetInt64(2) / NsPerMs)
        : null;

    private static BookLevel[] Levels(DuckDBDataReader row, int column)
    {
        var (prices, amounts) = (row.GetFieldValue<List<decimal>>(column), row.GetFieldValue<List<decimal>>(column + 1));
        return prices.Count == amounts.Count
            ? [.. prices.Select((price, index) => new BookLevel(Plain(price), Plain(amounts[index])))]
            : throw new HistoryError("parquet", $"A book has {prices.Count} prices and {amounts.Count} amounts: the file is not what was written.");
    }

    private static BookLevel? Best(DuckDBDataReader row, int column) =>
        row.IsDBNull(column) ? null : new BookLevel(Plain(row.GetDecimal(column)), Plain(row.GetDecimal(column + 1)));

    // Without the zeros that the column has behind the point.
    private static decimal Plain(decimal value) => value / 1.0000000000000000000000000000m;

    private static long? Whole(DuckDBDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
