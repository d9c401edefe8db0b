namespace MarketData.ClickHouse.Writing;

/// <summary>The database is not what this version of the code works with. Nobody repeats what met it.</summary>
/// <param name="message">Full sentences that name the files, or the table and the columns, and say what to do.</param>
internal sealed class SchemaException(string message) : Exception(message);
