namespace MarketData.History;

/// <summary>Writes parts of the history to files. Comes in: what is wanted. Goes out: each event of it once, in the order of the table.</summary>
public interface IHistoryExport : IDisposable
{
    /// <summary>Writes a part, and returns when it is written. What is in the file after a failure is of no use.</summary>
    /// <param name="extract">The part.</param>
    /// <param name="file">The file; one that exists is written anew.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HistoryError">The history cannot be read, or the file not be written.</exception>
    Task WriteAsync(HistoryExtract extract, string file, CancellationToken cancellationToken);
}
