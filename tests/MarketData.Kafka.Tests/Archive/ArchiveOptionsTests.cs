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

    private static string Group(string configured, string store) => ArchiveOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["archiver:group"] = configured }).Build(), store).Group;
}
