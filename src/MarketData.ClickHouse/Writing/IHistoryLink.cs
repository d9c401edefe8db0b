using MarketData.ClickHouse.Rows;

namespace MarketData.ClickHouse.Writing;

/// <summary>The way to the tables. One attempt each; who repeats is somebody else.</summary>
internal interface IHistoryLink : IDisposable
{
    /// <summary>Brings the tables to what the code writes, and checks them.</summary>
    /// <param name="cancellationToken">Gives up; the next call goes on.</param>
    /// <exception cref="SchemaException">The tables contradict the code.</exception>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Looks whether a table, and what feeds on it, still is what the code works with; to be done before each insert.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SchemaException">The table or a feed is not.</exception>
    Task LookAsync(TableLayout layout, CancellationToken cancellationToken);

    /// <summary>Inserts rows whole.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="rows">The rows, one at least.</param>
    /// <param name="token">Names the rows: the same rows under the same token are stored once.</param>
    /// <param name="cancellationToken">Gives up; whether the rows are stored is not known then.</param>
    Task InsertAsync(TableLayout layout, IReadOnlyList<object[]> rows, string token, CancellationToken cancellationToken);
}
