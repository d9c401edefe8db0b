using ClickHouse.Driver;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.ClickHouse.Tests.Support;

/// <summary>A migrated database of the real ClickHouse, with a writer and a way to ask.</summary>
internal sealed class History : IAsyncDisposable
{
    private readonly ClickHouseOptions _direct;

    private History(ClickHouseOptions direct, ClickHouseOptions options)
    {
        _direct = direct;
        Options = options;
        Client = ClientFactory.Create(direct);
        Writer = new ClickHouseWriter(options, RejectAsync, NullLogger<ClickHouseWriter>.Instance, TimeProvider.System);
    }

    public ClickHouseOptions Options { get; }

    public ClickHouseClient Client { get; }

    public ClickHouseWriter Writer { get; }

    public List<RejectedEvent> Rejected { get; } = [];

    /// <summary>Creates the database; the writer goes another way (a proxy) when one is given.</summary>
    public static async Task<History> CreateAsync(RealClickHouse engine, string? writerUrl = null, TimeSpan? timeout = null)
    {
        var direct = await engine.OptionsAsync();
        var history = new History(direct, new ClickHouseOptions
        {
            Url = writerUrl ?? direct.Url,
            Database = direct.Database,
            FirstBackoff = direct.FirstBackoff,
            MaximumBackoff = direct.MaximumBackoff,
            BreakDuration = direct.BreakDuration,
            OperationTimeout = timeout ?? direct.OperationTimeout,
        });
        await history.MigrateAsync();
        return history;
    }

    public async Task<IReadOnlyList<string>> MigrateAsync()
    {
        using var migrator = new ClickHouseMigrator(_direct, NullLogger<ClickHouseMigrator>.Instance, TimeProvider.System);
        return await migrator.MigrateAsync(TestContext.Current.CancellationToken);
    }

    public Task<WriteResult> WriteAsync(HistoryTable table, params MarketDataEvent[] events) =>
        Writer.WriteAsync(table, events, TestContext.Current.CancellationToken);

    /// <summary>One value as text.</summary>
    public async Task<string> AskAsync(string query) => Convert.ToString(
        await Client.ExecuteScalarAsync(query, cancellationToken: TestContext.Current.CancellationToken),
        System.Globalization.CultureInfo.InvariantCulture)!;

    public Task DoAsync(string statement) => Client.ExecuteNonQueryAsync(statement, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
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

    private ValueTask RejectAsync(RejectedEvent rejected, CancellationToken cancellationToken)
    {
        Rejected.Add(rejected);
        return default;
    }
}
