using MarketData.Kafka.Archive;
using Microsoft.Extensions.Configuration;

namespace MarketData.Kafka.Tests.Archive;

/// <summary>The settings of the archive.</summary>
public sealed class ArchiveOptionsTests
{
    // In one group, two stores would get a part of the events each.
    [Fact]
    public void Stores_have_groups_of_their_own_unless_somebody_says_otherwise()
    {
        Assert.Equal("marketdata-archiver", Group("", "clickhouse"));
        Assert.Equal("marketdata-archiver-parquet", Group("", "parquet"));
        Assert.Equal("mine", Group("mine", "parquet"));
    }

    [Theory]
    [InlineData(30, 20, 29)]
    [InlineData(8, 3.2, 7.2)]
    [InlineData(1, 0.4, 0.9)]
    public void End_is_over_before_the_deadline_of_the_process_and_leaves_time_behind_the_draining(double shutdown, double drain, double stop)
    {
        var options = ArchiveOptions.Read(
            new ConfigurationBuilder().AddInMemoryCollection(
                new Dictionary<string, string?> { ["shutdown:timeout"] = $"{TimeSpan.FromSeconds(shutdown)}" }).Build(),
            "clickhouse");
        Assert.Equal((drain, stop), (options.DrainTimeout.TotalSeconds, options.StopTimeout.TotalSeconds));
    }

    private static string Group(string configured, string store) => ArchiveOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["archiver:group"] = configured }).Build(), store).Group;
}
