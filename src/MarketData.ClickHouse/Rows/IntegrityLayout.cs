using MarketData.Events;
using MarketData.History;

namespace MarketData.ClickHouse.Rows;

/// <summary>The ledger as rows.</summary>
internal static class IntegrityLayout
{
    public static TableLayout Integrity { get; } = TableLayout.Of<IntegrityEvent>(
        HistoryTable.Integrity,
        "received_at, timestamp, channel, kind, epoch, ifNull(toString(from_id), ''), ifNull(toString(to_id), ''), "
        + "ifNull(toString(from_time), ''), ifNull(toString(to_time), ''), ifNull(concat('=', detail), '')",
        "toYYYYMM(received_at)",
        [
            new("channel", ColumnType.Name),
            new("kind", ColumnType.Name),
            new("from_id", "Nullable(Int64)"),
            new("to_id", "Nullable(Int64)"),
            new("from_time", $"Nullable({ColumnType.Milliseconds})"),
            new("to_time", $"Nullable({ColumnType.Milliseconds})"),
            new("detail", "Nullable(String)"),
        ],
        (row, integrity) =>
        {
            row.Add(integrity.Channel);
            row.Add(EventJson.KindName(integrity.Kind));
            row.Add(integrity.FromId);
            row.Add(integrity.ToId);
            row.Add(integrity.FromTimeUnixMs);
            row.Add(integrity.ToTimeUnixMs);
            row.Add(integrity.Detail);
        });
}
