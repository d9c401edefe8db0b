namespace MarketData.Redis.Tests.Support;

/// <summary>Waits for a condition with a deadline that a slow machine never reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition, string what, Func<string>? state = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, state);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, Func<string>? state = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) >= Deadline)
                Assert.Fail($"Waited {Deadline.TotalSeconds} s in vain until {what}. {state?.Invoke()}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
