using System.Text.Json;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests;

/// <summary><c>marketdata symbols</c> beside a running <c>up</c>.</summary>
[Trait("kind", "integration")]
public sealed class SymbolsCommandTests
{
    [Fact]
    public async Task Symbols_are_planned_added_listed_and_removed_while_up_runs()
    {
        await using var up = await UpProcess.StartAsync(["--instruments", "20", "--symbols", "BTC-PERPETUAL"]);

        // Plan changes nothing.
        var plan = await RunAsync(up, 0, "plan", "kind=option", "currency=BTC", "--sample", "1");
        Assert.Contains(plan, line => line.StartsWith("kind=option currency=BTC: ", StringComparison.Ordinal) && line.EndsWith(" of 20 instruments", StringComparison.Ordinal));
        Assert.Contains(plan, line => line.TrimStart().StartsWith("channels", StringComparison.Ordinal));
        Assert.Contains(plan, line => line.TrimStart().StartsWith("messages/s", StringComparison.Ordinal));
        Assert.Equal(["BTC-PERPETUAL"], await EntriesAsync(up));

        var added = await RunAsync(up, 0, "add", "ETH-*", "BTC-PERPETUAL", "--kinds", "orderbook,trade");
        Assert.Contains(added, line => line.StartsWith("added    ETH-*: ", StringComparison.Ordinal));
        Assert.Contains(added, line => line.StartsWith("changed  BTC-PERPETUAL: 1 instrument, orderbook trade (was orderbook trade ticker)", StringComparison.Ordinal));
        Assert.Equal(["BTC-PERPETUAL", "ETH-*"], await EntriesAsync(up));
        await using (var tail = ChildProcess.Marketdata("tail", "orderbook", "ETH-PERPETUAL", "--count", "1", "--from-beginning", "--addresses", up.AddressFile))
            Assert.True(await tail.ExitAsync() == 0, tail.Everything);

        var removed = await RunAsync(up, 0, "remove", "ETH-*");
        Assert.Contains("removed  ETH-*", removed);
        Assert.Contains(removed, line => line.StartsWith("1 instrument collected, ", StringComparison.Ordinal));
        await using (var tail = ChildProcess.Marketdata("tail", "integrity", "ETH-PERPETUAL", "--from-beginning", "--addresses", up.AddressFile))
            await tail.LineAsync("\"closed\"");
        await up.Process.SignalAsync("TERM");
        Assert.True(await up.Process.ExitAsync() == 0, up.Process.Everything);
    }

    [Fact]
    public async Task What_the_README_shows_does_what_it_says()
    {
        await using var up = await UpProcess.StartAsync([]);
        var plan = await RunAsync(up, 0, "plan", "kind=option currency=BTC expiry<=60d", "--sample", "0");
        Assert.Equal("kind=option currency=BTC expiry<=60d: 1 of 20 instruments", plan[0]);

        // What a pattern brings already, and what one still brings, is said.
        var added = await RunAsync(up, 0, "add", "BTC-PERPETUAL,ETH-PERPETUAL", "--kinds", "trades,orderbooks");
        Assert.Contains("added    BTC-PERPETUAL: 1 instrument, orderbook trade; already collected because of \"*\"", added);
        Assert.Contains("added    ETH-PERPETUAL: 1 instrument, orderbook trade; already collected because of \"*\"", added);
        Assert.Equal("20 instruments collected, 0 more than before.", added[^1]);
        var removed = await RunAsync(up, 0, "remove", "BTC-PERPETUAL");
        Assert.Contains("1 of 1 instrument of BTC-PERPETUAL still collected because of \"*\"", removed);
        removed = await RunAsync(up, 0, "remove", "*");
        Assert.Contains("1 of 20 instruments of * still collected because of \"ETH-PERPETUAL\" (orderbook trade)", removed);
        added = await RunAsync(up, 0, "add", "ETH-*");
        Assert.Contains(added, line => line.StartsWith("added    ETH-*: ", StringComparison.Ordinal) && !line.Contains("already", StringComparison.Ordinal));
        Assert.Equal(["ETH-*", "ETH-PERPETUAL"], await EntriesAsync(up));
    }

    [Fact]
    public async Task Row51_What_cannot_be_meant_is_refused_with_what_may_have_been_and_changes_nothing()
    {
        await using var up = await UpProcess.StartAsync(["--instruments", "20", "--symbols", "BTC-*"]);
        await RefusedAsync(up, "Did you mean \"ETH-PERPETUAL\"", "add", "SOL_USDC-PERPETUAL", "ETH-PERPETUL");
        await RefusedAsync(up, "None of the exchange's 20 instruments has \"kind=optoin\". Did you mean \"option\"?", "add", "kind=optoin");
        await RefusedAsync(up, "2 match kind=option currency=ETH; none of them has expiry<=60d.", "plan", "kind=option currency=ETH expiry<=60d");
        await RefusedAsync(up, "Did you mean \"ETH-PERPETUAL\"", "plan", "BTC-PERPETUAL", "ETH-PERP");
        await RefusedAsync(up, "\"knid\" is no property. Did you mean \"kind\"? Known are name, kind,", "plan", "knid=option");
        await RefusedAsync(up, "is not a name or a pattern", "add", "BTC-PERPETUAL:orderbook", "X\nSET forged 1");
        await RefusedAsync(up, "give one or more of orderbook, trade, ticker", "add", "ETH-*", "--kinds", "books");
        await RefusedAsync(up, "It is collected because of \"BTC-*\"", "remove", "BTC-PERPETUAL");
        await RefusedAsync(up, "Did you mean \"BTC-*\"", "remove", "ETC-*");
        Assert.Equal(["BTC-*"], await EntriesAsync(up));
    }

    private static async Task<IReadOnlyList<string>> EntriesAsync(UpProcess up) =>
    [
        .. (await RunAsync(up, 0, "list", "--json")).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("selector").GetString()!;
        }),
    ];

    private static async Task<IReadOnlyList<string>> RunAsync(UpProcess up, int exitCode, params string[] arguments)
    {
        await using var process = ChildProcess.Marketdata(["symbols", .. arguments, "--addresses", up.AddressFile]);
        Assert.True(await process.ExitAsync() == exitCode, process.Everything);
        return process.Output;
    }

    private static async Task RefusedAsync(UpProcess up, string sentence, params string[] arguments)
    {
        await using var process = ChildProcess.Marketdata(["symbols", .. arguments, "--addresses", up.AddressFile]);
        Assert.True(await process.ExitAsync() == 2, process.Everything);
        Assert.Contains(process.Errors, line => line.Contains(sentence, StringComparison.Ordinal));
        Assert.DoesNotContain(process.Errors, line => line.Contains("   at ", StringComparison.Ordinal));
        Assert.Empty(process.Output);
    }
}
