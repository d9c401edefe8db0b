using MarketData.ClickHouse.Writing;

namespace MarketData.ClickHouse.Reading;

/// <summary>Makes one sentence of whatever ends a question.</summary>
internal static class Asking
{
    /// <summary>Asks once.</summary>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> question, ClickHouseOptions options)
    {
        try
        {
            return await question();
        }
        catch (Exception exception) when (Failure.Of(exception, options) is { Kind: not FailureKind.Other } failure)
        {
            var hint = failure.Kind == FailureKind.Drift ? " The tables are there after an archiver has run with this database." : "";
            throw new HistoryError("clickhouse", $"The history cannot be read. {failure.Sentence}{hint}", exception);
        }
    }
}
