namespace MarketData.ClickHouse.Tests.Support;

/// <summary>One database for the tests of a class that look at an instrument of their own each.</summary>
public sealed class SharedHistory : IAsyncDisposable
{
    private TestHistory? _history;

    /// <summary>The database; the first test creates it.</summary>
    internal async Task<TestHistory> GetAsync(RealClickHouse engine) => _history ??= await TestHistory.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_history is not null) await _history.DisposeAsync();
    }
}
