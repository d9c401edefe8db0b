using MarketData.Events;

namespace MarketData.History.Rows;

/// <summary>The ledger as rows.</summary>
internal static class IntegrityLayout
{
    public static HistoryLayout Integrity { get; } = HistoryLayout.Of<IntegrityEvent>(
        HistoryTable.Integrity,
        ["received_at", "timestamp", "channel", "kind", "epoch", "from_id", "to_id", "from_time", "to_time", "detail"],
        ["received_at"],
        [
            new("channel", HistoryColumnKind.Name),
            new("kind", HistoryColumnKind.Name),
            new("from_id", HistoryColumnKind.Whole, IsOptional: true),
            new("to_id", HistoryColumnKind.Whole, IsOptional: true),
            new("from_time", HistoryColumnKind.Milliseconds, IsOptional: true),
            new("to_time", HistoryColumnKind.Milliseconds, IsOptional: true),
            new("detail", HistoryColumnKind.Text, IsOptional: true),
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
