namespace TestRigs;

/// <summary>Waits for a condition, with a deadline that only a real failure reaches: the machines are slow and noisy.</summary>
internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(Func<bool> condition, Func<string> otherwise, TimeSpan? deadline = null) =>
        TrueAsync(() => Task.FromResult(condition()), otherwise, deadline);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> otherwise, TimeSpan? deadline = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > (deadline ?? Deadline))
                Assert.Fail($"Not within {(deadline ?? Deadline).TotalSeconds} s: {otherwise()}");
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
