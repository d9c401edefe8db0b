namespace MarketData.History;

/// <summary>
/// Questions to a history. Comes in: one question in the SQL of the store, over tables or views that are named as <see cref="HistoryTables"/> names
/// them and show each event once. Goes out: rows. One question at a time.
/// </summary>
public interface IHistoryQuestions : IDisposable
{
    /// <summary>Asks.</summary>
    /// <param name="sql">One question.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HistoryError">The store cannot answer; its sentence says why.</exception>
    Task<HistoryAnswer> AskAsync(string sql, CancellationToken cancellationToken);

    /// <summary>Asks, and gives each row as a JSON object; numbers are numbers, with all their digits.</summary>
    /// <param name="sql">One question.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HistoryError">The store cannot answer; its sentence says why.</exception>
    IAsyncEnumerable<string> AskForJsonAsync(string sql, CancellationToken cancellationToken);
}
