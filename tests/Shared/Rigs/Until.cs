namespace TestRigs;

/// <summary>Waits for a condition, with a deadline that only a real failure reaches: the machines are slow and noisy.</summary>
internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(Func<bool> condition, Func<string> otherwise, TimeSpan? deadline = null, TimeSpan? look = null) =>
        TrueAsync(() => Task.FromResult(condition()), otherwise, deadline, look);

    // Looked at every 20 ms unless told otherwise, which suits what costs next to nothing.
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> otherwise, TimeSpan? deadline = null, TimeSpan? look = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > (deadline ?? Deadline))
                Assert.Fail($"Not within {(deadline ?? Deadline).TotalSeconds} s: {otherwise()}");
            await Task.Delay(look ?? Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
