using MarketData.Checks;
using MarketData.Kafka.Checks;
using MarketData.Kafka.Tests.Support;

namespace MarketData.Kafka.Tests.Checks;

public sealed class SpillCheckTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(100, FindingState.Fault, "free_bytes leaves 100 MiB to others")]
    [InlineData(110, FindingState.Warning, "10 MiB of the 20 MiB of kafka.spill.quota_bytes can be used")]
    [InlineData(120, FindingState.Ok, "120 MiB free, writable")]
    public void Room_is_what_is_free_less_what_is_left_to_others(long freeMiB, FindingState state, string found)
    {
        var finding = SpillCheck.Room("spill", exists: true, freeMiB * MiB, new KafkaSpillOptions { FreeBytes = 100 * MiB, QuotaBytes = 20 * MiB });
        Assert.Equal(state, finding.State);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
        Assert.Equal(state == FindingState.Ok, finding.Advice.Length == 0);
    }

    [Fact]
    public void Directory_that_is_not_there_yet_is_looked_at_without_being_made()
    {
        using var directory = new TempDirectory();
        var wanted = Path.Combine(directory.Path, "state", "spill");
        var finding = SpillCheck.Run(Options(wanted, free: 0, quota: 16 * MiB));
        Assert.True(finding.State is FindingState.Ok, finding.ToString());
        Assert.Contains($"{wanted} (made when it is needed)", finding.Found, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Fact]
    public void Directory_that_cannot_be_is_a_fault_that_says_what_to_set()
    {
        using var directory = new TempDirectory();
        var file = Path.Combine(directory.Path, "file");
        File.WriteAllText(file, "");
        var finding = SpillCheck.Run(Options(Path.Combine(file, "spill"), free: 0, quota: 16 * MiB));
        Assert.Equal(FindingState.Fault, finding.State);
        Assert.Contains("is a file", finding.Found, StringComparison.Ordinal);
        Assert.Contains("kafka.spill.directory", finding.Advice, StringComparison.Ordinal);
    }

    private static KafkaOptions Options(string directory, long free, long quota) => new()
    {
        BootstrapServers = "127.0.0.1:1",
        Spill = new KafkaSpillOptions { Directory = directory, FreeBytes = free, QuotaBytes = quota },
    };
}
