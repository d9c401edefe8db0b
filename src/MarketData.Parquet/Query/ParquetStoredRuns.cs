using MarketData.History;
using MarketData.History.Rows;
using static MarketData.Parquet.Query.Sql;

namespace MarketData.Parquet.Query;

/// <summary>
/// What the history in Parquet files has already. Comes in: questions. Goes out: runs of numbers. Owns: nothing; each question opens the files that
/// it needs, those of its days. Any thread; the answer is read on the pool.
/// </summary>
/// <param name="directory">The directory that <see cref="ParquetHistory"/> writes; it is only read.</param>
public sealed class ParquetStoredRuns(string directory) : IStoredRuns
{
    private const long NsPerMs = 1_000_000;

    /// <inheritdoc/>
    public Task<IReadOnlyList<NumberRange>> ReadTradesAsync(
        Instrument instrument, NumberRange sequences, NumberRange times, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return ReadAsync(
            $"SELECT DISTINCT trade_seq AS n FROM {HistoryTables.NameOf(HistoryTable.Trades)} WHERE {Whose(instrument)} AND {Within(times)} "
            + $"AND trade_seq BETWEEN {Number(sequences.From)} AND {Number(sequences.To)}",
            step: 1,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NumberRange>> ReadTimesAsync(
        HistoryTable table, Instrument instrument, TimeSpan step, NumberRange times, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var resolution = HistoryLayout.All[(int)table].HasResolutions ? $" AND {HistoryLayout.Resolution} = {Number(step.Ticks / TimeSpan.TicksPerSecond)}" : "";
        return ReadAsync(
            $"SELECT DISTINCT epoch_ms(timestamp) AS n FROM {HistoryTables.NameOf(table)} WHERE {Whose(instrument)}{resolution} AND {Within(times)}",
            step.Ticks / TimeSpan.TicksPerMillisecond,
            cancellationToken);
    }

    // Numbers that follow each other have the same distance from their place in the order.
    private Task<IReadOnlyList<NumberRange>> ReadAsync(string numbers, long step, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<NumberRange>>(
            () =>
            {
                using var questions = new HistoryQuestions(directory);
                return [.. questions.Read(
                    $"SELECT min(n), max(n) FROM (SELECT n, n - {Number(step)} * row_number() OVER (ORDER BY n) AS run FROM ({numbers})) "
                    + "GROUP BY run ORDER BY min(n)",
                    row => new NumberRange(row.GetInt64(0), row.GetInt64(1)),
                    cancellationToken)];
            },
            cancellationToken);

    private static string Within(NumberRange times) =>
        $"{Days(times.From * NsPerMs, times.To * NsPerMs)} AND timestamp BETWEEN epoch_ms({Number(times.From)}) AND epoch_ms({Number(times.To)})";
}
