namespace MarketData.ClickHouse.Writing;

/// <summary>A table is not what the code writes.</summary>
/// <param name="message">A full sentence that names the table and the columns.</param>
internal sealed class SchemaDriftException(string message) : Exception(message);
