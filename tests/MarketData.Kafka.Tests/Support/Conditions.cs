namespace MarketData.Kafka.Tests.Support;

/// <summary>Waits for what must become true, with a deadline that only a defect reaches.</summary>
internal static class Conditions
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    public static Task UntilAsync(Func<bool> condition, string what, Action? meanwhile = null) => UntilAsync(condition, what, () =>
    {
        meanwhile?.Invoke();
        return Task.CompletedTask;
    });

    public static Task UntilAsync(Func<bool> condition, string what, Func<Task> meanwhile) => UntilAsync(condition, () => what, meanwhile);

    public static Task UntilAsync(Func<bool> condition, Func<string> what, Action meanwhile) => UntilAsync(condition, what, () =>
    {
        meanwhile();
        return Task.CompletedTask;
    });

    public static async Task UntilAsync(Func<bool> condition, Func<string> what, Func<Task> meanwhile)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline, $"Did not become true within {Deadline}: {what()}");
            await meanwhile();
            await Task.Delay(Step, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
