namespace MarketData.Symbols;

/// <summary>
/// Follows the control topic. Comes in: its records, on a task of the source's own. Goes out: the table, to any thread. Owns: its reader.
/// </summary>
public interface ISymbolSource : IAsyncDisposable
{
    /// <summary>The newest table; <see cref="SymbolTable.Unread"/> until the topic was read to its end once. Any thread.</summary>
    SymbolTable Current { get; }

    /// <summary>Reason codes, <c>code: sentence</c>, of what keeps the topic from being read or followed; empty when it is. Any thread.</summary>
    IReadOnlyList<string> Reasons => [];

    /// <summary>Starts to follow; returns at once. A topic without any record is first seeded with the configured list.</summary>
    /// <param name="seed">The configured entries.</param>
    void Start(IReadOnlyList<SymbolEntry> seed);

    /// <summary>Waits until the table is newer than the one seen.</summary>
    /// <param name="seenVersion">The version that the caller knows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<SymbolTable> WaitForNewerAsync(long seenVersion, CancellationToken cancellationToken);
}
