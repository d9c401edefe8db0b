using System.Text.Json;

using MarketData.Cli.Coverage;
using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests;

/// <summary><c>marketdata coverage</c> against what a running system wrote to Kafka.</summary>
[Trait("kind", "integration")]
public sealed class CoverageTests
{
    private const string Key = "deribit.BTC-PERPETUAL";

    [Fact]
    public async Task Coverage_of_a_running_up_is_complete_and_of_the_time_before_it_is_not()
    {
        var before = Iso(Now());
        await using var up = await UpProcess.StartAsync(["--instruments", "4", "--rate", "400"]);
        await Task.WhenAll(((string[])["orderbook", "trades", "ticker"]).Select(async kind =>
        {
            await using var tail = ChildProcess.Marketdata(
                "tail", kind, "BTC-PERPETUAL", "--count", "1", "--from-beginning", "--addresses", up.AddressFile);
            Assert.True(await tail.ExitAsync() == 0, tail.Everything);
        }));

        var (from, to) = (Iso(Now()), Iso(Now().AddSeconds(2)));
        // Asked until the last words of all three channels lie behind the interval.
        IReadOnlyList<string> last = [];
        await Until.TrueAsync(
            async () =>
            {
                (var code, last) = await AskAsync(up, "--from", from, "--to", to);
                return code == 0;
            },
            () => $"{from} to {to} to be complete:\n{string.Join('\n', last)}");

        var (exitCode, lines) = await AskAsync(up, "--from", from, "--to", to, "--json", "--every-partition");
        var report = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.Equal((0, Key, "complete"), (exitCode, report.GetProperty("key").GetString(), report.GetProperty("state").GetString()));
        Assert.Equal(["orderbook", "trade", "ticker"], report.GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("channel").GetString()));
        Assert.Equal(from, report.GetProperty("channels")[0].GetProperty("intervals")[0].GetProperty("from").GetString());

        (exitCode, lines) = await AskAsync(up, "--from", before, "--to", to);
        Assert.Contains(exitCode, (int[])[CoverageCommand.Incomplete, CoverageCommand.Unknown]);
        Assert.Contains(lines, line => line.Contains("before the ledger begins", StringComparison.Ordinal));

        // A name that Kafka has never heard is not answered like one that was not collected at that time.
        await using var misspelt = ChildProcess.Marketdata("coverage", "BTC-PERPETUL", "--addresses", up.AddressFile);
        Assert.Equal(CoverageCommand.Unknown, await misspelt.ExitAsync());
        Assert.Contains("Kafka holds no word of deribit.BTC-PERPETUL in the ledger", misspelt.Everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coverage X --from yesterday", "--from yesterday: give a time with its zone, as 2026-01-31T08:00:00Z, or now, or how long ago, as -90s, -1h30m, -2d.")]
    [InlineData("coverage X --to 2026-01-31T08:00:00", "--to 2026-01-31T08:00:00: give a time with its zone")]
    [InlineData("coverage X --from now --to -1h", "--from must be earlier than --to.")]
    [InlineData("coverage X/Y", "has characters that no instrument name has")]
    public Task Bad_argument_is_one_clear_sentence_and_exit_code_2(string arguments, string sentence) =>
        ChildProcess.AssertRefusedAsync(arguments, sentence);

    [Fact]
    public async Task Help_shows_defaults_that_can_be_typed()
    {
        await using var help = ChildProcess.Marketdata("coverage", "--help");
        Assert.Equal(0, await help.ExitAsync());
        Assert.Contains(help.Output, line => line.Contains("--from <time>", StringComparison.Ordinal) && line.EndsWith("[default: -1h]", StringComparison.Ordinal));
        Assert.Contains(help.Output, line => line.Contains("--to <time>", StringComparison.Ordinal) && line.EndsWith("[default: now]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("now", 0.0)]
    [InlineData("-90s", -90.0)]
    [InlineData("-1h30m", -5400.0)]
    [InlineData("-2d", -172800.0)]
    [InlineData("2026-01-31T08:00:00Z", 28800.0)]
    [InlineData("2026-01-31T08:00Z", 28800.0)]
    [InlineData("2026-01-31T08:00:00.25+02:00", 21600.25)]
    [InlineData("-", null)]
    [InlineData("-1", null)]
    [InlineData("1h", null)]
    [InlineData("-1h2h", null)]
    [InlineData("-999999d", null)]
    [InlineData("2026-01-31", null)]
    [InlineData("2026-02-31T08:00:00Z", null)]
    [InlineData("", null)]
    public void Time_is_read_exactly_or_not_at_all(string text, double? seconds)
    {
        var now = new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(seconds is { } offset ? now.AddSeconds(offset) : null, TimeOption.Parse(text, now));
    }

    private static async Task<(int ExitCode, IReadOnlyList<string> Lines)> AskAsync(UpProcess up, params string[] arguments)
    {
        await using var command = ChildProcess.Marketdata(["coverage", "BTC-PERPETUAL", "--addresses", up.AddressFile, .. arguments]);
        var exitCode = await command.ExitAsync();
        Assert.True(exitCode is 0 or CoverageCommand.Incomplete or CoverageCommand.Unknown, command.Everything);
        return (exitCode, command.Output);
    }

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
