namespace MarketData.History.Rows;

/// <summary>The rows of a batch of records.</summary>
/// <param name="Rows">The rows of the records that a table can hold.</param>
/// <param name="Indexes">Each row's place in the batch.</param>
public sealed record HistoryBatch(List<object[]> Rows, List<int> Indexes)
{
    /// <summary>Makes rows of records; a record that the table cannot hold is rejected, in the order of the batch.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="records">The records; <see cref="Check"/> has passed.</param>
    /// <param name="faultOf">What a store cannot hold besides; null when it can.</param>
    /// <param name="reject">Called for each that is left out; what it throws, this throws.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<HistoryBatch> BuildAsync(
        HistoryLayout layout, IReadOnlyList<IHistoryRecord> records, Func<IHistoryRecord, string?> faultOf, RejectHistoryEvent reject,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(faultOf);
        ArgumentNullException.ThrowIfNull(reject);
        var batch = new HistoryBatch(new List<object[]>(records.Count), new List<int>(records.Count));
        var builder = new HistoryRowBuilder(layout);
        for (var i = 0; i < records.Count; i++)
        {
            var fault = faultOf(records[i]);
            if (fault is null && builder.Build(records[i], out fault) is { } row)
            {
                batch.Rows.Add(row);
                batch.Indexes.Add(i);
                continue;
            }
            await reject(i, fault!, cancellationToken);
        }
        return batch;
    }

    /// <summary>Throws when a record belongs to another table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="records">The records.</param>
    /// <exception cref="ArgumentException">One does.</exception>
    public static void Check(HistoryTable table, IReadOnlyList<IHistoryRecord> records)
    {
        if (records.FirstOrDefault(item => HistoryTables.Of(item) != table) is { } foreign)
        {
            throw new ArgumentException(
                $"The table {HistoryTables.NameOf(table)} takes no {foreign.GetType().Name} like that of {foreign.Exchange}.{foreign.InstrumentName}.", nameof(records));
        }
    }
}
