namespace MarketData.History;

/// <summary>The answer to a question. Who asked owns it and reads it once, to its end.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">
/// The rows while they come, a text per column, null for no value; exact numbers have all their digits. Ends with a <see cref="HistoryError"/> when
/// the rest cannot be read.
/// </param>
public sealed record HistoryAnswer(IReadOnlyList<string> Columns, IAsyncEnumerable<string?[]> Rows);
