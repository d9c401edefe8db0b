using ClickHouse.Driver;
using MarketData.History;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.ClickHouse.Tests.Support;

/// <summary>A database of the real ClickHouse, brought to its schema, with a writer and a way to ask.</summary>
internal sealed class TestHistory : IAsyncDisposable
{
    private readonly ClickHouseOptions _direct;

    private TestHistory(ClickHouseOptions direct, ClickHouseOptions options)
    {
        _direct = direct;
        Client = ClientFactory.Create(direct);
        Store = new ClickHouseHistory(options, NullLogger<ClickHouseHistory>.Instance, TimeProvider.System);
    }

    /// <summary>The options of the database.</summary>
    public ClickHouseOptions Options => _direct;

    public ClickHouseClient Client { get; }

    public ClickHouseHistory Store { get; }

    public List<(int Index, string Reason)> Rejected { get; } = [];

    /// <summary>Creates the database; the writer goes another way (a proxy) when one is given.</summary>
    public static async Task<TestHistory> CreateAsync(RealClickHouse engine, string? writerUrl = null, TimeSpan? timeout = null)
    {
        var direct = await engine.OptionsAsync();
        var history = new TestHistory(direct, new ClickHouseOptions
        {
            Url = writerUrl ?? direct.Url,
            Database = direct.Database,
            BackoffBase = direct.BackoffBase,
            BackoffCap = direct.BackoffCap,
            CircuitOpen = direct.CircuitOpen,
            InsertTimeout = timeout ?? direct.InsertTimeout,
        });
        await history.Store.StartAsync(TestContext.Current.CancellationToken);
        return history;
    }

    /// <summary>Writes records of one table; returns how many were rejected.</summary>
    public Task<int> WriteAsync(params IHistoryRecord[] records) => Store.WriteAsync(
        HistoryTables.Of(records[0]),
        records,
        (index, reason, _) =>
        {
            Rejected.Add((index, reason));
            return Task.CompletedTask;
        },
        TestContext.Current.CancellationToken);

    /// <summary>One value as text.</summary>
    public async Task<string> AskAsync(string query) => Convert.ToString(
        await Client.ExecuteScalarAsync(query, cancellationToken: TestContext.Current.CancellationToken),
        System.Globalization.CultureInfo.InvariantCulture)!;

    public Task DoAsync(string statement) => Client.ExecuteNonQueryAsync(statement, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Waits until the writer gives this reason.</summary>
    public Task UntilReasonAsync(string code) => TestRigs.Until.TrueAsync(
        () => Store.Status.Reason.StartsWith(code + ": ", StringComparison.Ordinal), () => $"{code}, not {Store.Status}");

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        try
        {
            await Client.ExecuteNonQueryAsync(
                $"DROP DATABASE {_direct.Database}", options: new QueryOptions { Database = "default" }, cancellationToken: CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            // The test ended while the engine was away; its data go with it.
        }
        Client.Dispose();
    }
}
