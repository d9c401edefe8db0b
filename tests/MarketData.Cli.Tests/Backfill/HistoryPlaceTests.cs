using MarketData.Cli.History;
using MarketData.Cli.Inspect;
using MarketData.ClickHouse;
using MarketData.Deribit.Past;

using Microsoft.Extensions.Configuration;

namespace MarketData.Cli.Tests.Backfill;

/// <summary>Which exchange is asked for which history: invented trades must never get among real ones.</summary>
public sealed class HistoryPlaceTests
{
    [Fact]
    public void Up_without_files_is_not_the_owner_of_a_ClickHouse()
    {
        Assert.False(new HistoryPlace(null, new ClickHouseOptions()).IsOf(Up(null)));
        Assert.False(new HistoryPlace(null, new ClickHouseOptions()).IsOf(Up("/data/history")));
        Assert.False(new HistoryPlace("/data/history", null).IsOf(Up(null)));
    }

    [Theory]
    [InlineData("history", true)]
    [InlineData("history/", true)]
    [InlineData("./other/../history", true)]
    [InlineData("histor", false)]
    public void Files_of_an_up_are_known_however_they_are_written(string directory, bool expected) =>
        Assert.Equal(expected, new HistoryPlace(directory, null).IsOf(Up(Path.Combine(Environment.CurrentDirectory, "history"))));

    [Fact]
    public void Past_of_an_ups_exchange_is_asked_of_its_own_network()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["exchanges:deribit:ws_url"] = "wss://www.deribit.com/ws/api/v2",
                ["exchanges:deribit:http_url"] = "https://www.deribit.com/other/api",
                ["exchanges:deribit:history_url"] = "https://history.deribit.com/other/api",
            })
            .AddInMemoryCollection(InspectOptions.ExchangeOf(Up(null))!)
            .Build();

        // As the configuration of a process is: .NET's names are those of the file without underscores.
        var bound = new ConfigurationBuilder().AddInMemoryCollection(
            configuration.AsEnumerable().Select(pair => KeyValuePair.Create(pair.Key.Replace("_", "", StringComparison.Ordinal), pair.Value))).Build();
        using var past = DeribitPast.Open(bound, _ => { }, TimeProvider.System);
        Assert.Equal("http://127.0.0.1:8090/api/v2", past.Address.AbsoluteUri);
        Assert.Single(past.Trades);
    }

    private static AddressBook Up(string? history) => new("", "", "", "ws://127.0.0.1:8090/ws/api/v2", history);
}
