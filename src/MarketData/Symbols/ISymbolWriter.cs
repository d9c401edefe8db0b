namespace MarketData.Symbols;

/// <summary>Changes what is to be collected, for every collector that follows the same topic. Any thread.</summary>
public interface ISymbolWriter
{
    /// <summary>Writes changes; completes when they are durable.</summary>
    /// <param name="changes">The changes, in their order.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent may still arrive.</param>
    /// <exception cref="SinkError">They could not be written.</exception>
    Task ChangeAsync(IReadOnlyCollection<SymbolChange> changes, CancellationToken cancellationToken);
}
