using MarketData.Kafka.Tests.Support;

namespace MarketData.Kafka.Tests.Spill;

/// <summary>The log on the disk by itself.</summary>
public sealed class SpillLogTests
{
    private const long SegmentBytes = 64L << 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A run hung: what followed the last commit ran on the log's own thread, and ended the log there, which waits for that thread.
    [Fact]
    public async Task What_follows_a_commit_does_not_run_within_the_log_and_can_end_it()
    {
        // Without the test's own context, so that what follows may run where the commit ends.
        await Task.Run(EndOftenAsync, Token).WaitAsync(Deadline, TimeProvider.System, Token);

        static async Task EndOftenAsync()
        {
            for (var time = 0; time < 100; time++)
            {
                using var directory = new TempDirectory();
                using var log = SpillLog.Open(directory.Path, SegmentBytes, TimeProvider.System);
                Assert.True(log.TryAppend(new byte[100_000], out _));
                await log.CommitAsync(new SpillNumbers(0, 1), Token);
                Assert.DoesNotContain("FASTER", Environment.StackTrace, StringComparison.Ordinal);
            }
        }
    }
}
