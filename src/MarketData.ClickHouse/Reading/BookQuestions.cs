using MarketData.History;
using static MarketData.ClickHouse.Reading.Sql;

namespace MarketData.ClickHouse.Reading;

/// <summary>
/// The questions about one book, as SQL. Each names exchange and instrument, with which every table's order begins, and bounds the days that it
/// looks at, by which the tables are partitioned. None says <c>FINAL</c>: a row that is there twice is equal in all that counts and read
/// twice, which costs less than putting parts together, and lets ClickHouse give updates in the order in which they lie on its disk.
/// </summary>
internal sealed class BookQuestions(Instrument instrument)
{
    private const long NsPerMs = 1_000_000;
    private const string Seen = "ifNull(verified_at, received_at)";
    private const string Levels =
        "toString(bid_prices), toString(bid_amounts), toString(ask_prices), toString(ask_amounts), ifNull(toString(best_bid_price), ''), "
        + "ifNull(toString(best_bid_amount), ''), ifNull(toString(best_ask_price), ''), ifNull(toString(best_ask_amount), '')";

    private const string Closing = "kind IN ('resynced', 'closed')";

    private readonly string _whose = Whose(instrument);

    /// <summary>The columns of a whole row of a book: <see cref="BookRows.Read"/> understands them.</summary>
    public const int BookColumns = 14;

    /// <summary>The columns of <see cref="SnapshotKey"/>.</summary>
    public const int KeyColumns = 4;

    /// <summary>The columns of <see cref="Ledger"/>.</summary>
    public const int LedgerColumns = 9;

    /// <summary>
    /// What the last or the first snapshot that was seen within an interval is known by. Without its levels: of a day's thousands of
    /// snapshots only one is wanted, and levels are nearly all of their bytes.
    /// </summary>
    public string SnapshotKey(long fromNs, long untilNs, long? changedUntilUnixMs, bool wantsLast) =>
        $"SELECT change_id, toUnixTimestamp64Nano(received_at), epoch, toUnixTimestamp64Nano({Seen}) FROM {NameOf(HistoryTable.BookSnapshots)} "
        + $"WHERE {_whose} AND toDate({Seen}) BETWEEN toDate({Nanos(fromNs)}) AND toDate({Nanos(untilNs)}) "
        + $"AND {Seen} BETWEEN {Nanos(fromNs)} AND {Nanos(untilNs)}"
        + (changedUntilUnixMs is { } last ? $" AND timestamp <= {Millis(last)}" : "")
        + $" ORDER BY {Seen} {(wantsLast ? "DESC" : "ASC")}, change_id DESC LIMIT 1";

    /// <summary>The whole snapshot of a key.</summary>
    public string Snapshot(string[] key) =>
        $"SELECT {Head}, '', if(isNull(verified_at), '', toString(toUnixTimestamp64Nano(assumeNotNull(verified_at)))), {Levels} "
        + $"FROM {NameOf(HistoryTable.BookSnapshots)} WHERE {_whose} AND change_id = {key[0]} AND received_at = {Nanos(key[1])} AND epoch = {key[2]} "
        + $"AND toDate({Seen}) = toDate({Nanos(key[3])}) AND {Seen} = {Nanos(key[3])} LIMIT 1";

    /// <summary>Updates in the order of their ids. Small blocks: who asks stops at the first one that is too late.</summary>
    public string Updates(long afterChangeId, long fromUnixMs, long untilUnixMs, long latenessMs) =>
        $"SELECT {Head}, ifNull(toString(prev_change_id), ''), '', {Levels} FROM {NameOf(HistoryTable.BookUpdates)} "
        + $"WHERE {_whose} AND change_id > {Number(afterChangeId)} AND timestamp BETWEEN {Millis(fromUnixMs)} AND {Millis(untilUnixMs)} "
        + $"AND received_at BETWEEN {Nanos(Math.Max(0, fromUnixMs - latenessMs) * NsPerMs)} AND {Nanos((untilUnixMs + latenessMs) * NsPerMs)} "
        + "ORDER BY change_id SETTINGS optimize_read_in_order = 1, max_block_size = 1024";

    /// <summary>When the last closing word of the ledger was said before a time; no row when there was none.</summary>
    public string ClosingBefore(long ns) =>
        $"SELECT toUnixTimestamp64Nano(received_at) FROM {Ledgers} AND {Closing} AND received_at < {Nanos(ns)} ORDER BY received_at DESC LIMIT 1";

    /// <summary>When the first word was said after a time that ends an incident, or shows that there is none.</summary>
    public string ClosingAfter(long ns) =>
        $"SELECT toUnixTimestamp64Nano(received_at) FROM {Ledgers} AND ({Closing} OR kind = 'verified') AND received_at > {Nanos(ns)} "
        + "ORDER BY received_at LIMIT 1";

    /// <summary>The ledger of a time, without the proofs that were given before another one.</summary>
    public string Ledger(long fromNs, long untilNs, long proofsFromNs) =>
        "SELECT kind, toUnixTimestamp64Milli(timestamp), toUnixTimestamp64Nano(received_at), epoch, ifNull(toString(from_id), ''), "
        + $"ifNull(toString(to_id), ''), {Optional("from_time")}, {Optional("to_time")}, ifNull(concat('=', detail), '') FROM {Ledgers} "
        + $"AND received_at BETWEEN {Nanos(fromNs)} AND {Nanos(untilNs)} AND NOT (kind = 'verified' AND received_at < {Nanos(proofsFromNs)}) "
        + "ORDER BY received_at";

    private const string Head =
        "toUnixTimestamp64Milli(timestamp), toUnixTimestamp64Nano(received_at), epoch, change_id";

    private string Ledgers => $"{NameOf(HistoryTable.Integrity)} WHERE {_whose} AND channel = 'orderbook'";

    private static string NameOf(HistoryTable table) => HistoryTables.NameOf(table);

    private static string Optional(string column) => $"if(isNull({column}), '', toString(toUnixTimestamp64Milli(assumeNotNull({column}))))";
}
