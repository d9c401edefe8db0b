using MarketData.Cli.Init;
using MarketData.Embedded.Kafka;
using MarketData.ServiceDefaults;
using MarketData.Setup;

using Microsoft.Extensions.Time.Testing;

namespace MarketData.Cli.Tests.Init;

/// <summary><c>marketdata init</c>, as whoever waits for it to end sees it.</summary>
[Trait("kind", "integration")]
public sealed class InitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_are_made_and_found_and_clickhouse_that_is_not_configured_is_left_alone()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions { Topics = ["market.trades"] }, Token);
        var environment = new Dictionary<string, string> { ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.BootstrapServers };
        await using (var init = ChildProcess.Start("MarketData.Cli.dll", ["init"], environment))
        {
            Assert.True(await init.ExitAsync() == 0, init.Everything);
            Assert.Equal(
                ["made   topic market.orderbook", "found  topic market.trades", "made   topic market.ticker"], init.Output.Take(3));
            Assert.Equal(7, init.Output.Count);
            Assert.Empty(init.Errors);
        }

        await using var again = ChildProcess.Start("MarketData.Cli.dll", ["init", "topics"], environment);
        Assert.True(await again.ExitAsync() == 0, again.Everything);
        Assert.All(again.Output, line => Assert.StartsWith("found  topic market.", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_that_does_not_come_is_given_up_with_what_to_do_and_exit_code_1()
    {
        await using var init = ChildProcess.Start(
            "MarketData.Cli.dll", ["init", "schema", "--wait", "0s"], new Dictionary<string, string> { ["CLICKHOUSE_URL"] = "http://127.0.0.1:1" });
        Assert.True(await init.ExitAsync() == 1, init.Everything);
        Assert.Contains("ClickHouse at http://127.0.0.1:1 cannot be reached", Assert.Single(init.Errors), StringComparison.Ordinal);
        Assert.Contains("--wait gives it longer.", init.Errors[0], StringComparison.Ordinal);
        Assert.Empty(init.Output);
    }

    [Theory]
    [InlineData("init", "kafka.bootstrap_servers is not set")]
    [InlineData("init topics --wait soon", "--wait soon: give a time with its unit")]
    public Task What_cannot_be_done_is_said_with_exit_code_2(string arguments, string sentence) => ChildProcess.AssertRefusedAsync(arguments, sentence);

    [Fact]
    public async Task Server_that_comes_later_is_waited_for()
    {
        var clock = new FakeTimeProvider();
        var attempts = new Queue<SetupResult>(
            [Away("It is away."), Away("It is away."), Away("It starts."), new SetupResult(SetupState.Done, "", [new SetupItem("x", true)])]);
        var running = InitAction.RunAsync([new InitJob("thing", _ => Task.FromResult(attempts.Dequeue()))], TimeSpan.FromSeconds(60), clock, Token);
        for (var seconds = 1; seconds <= 3; seconds++)
        {
            Assert.False(running.IsCompleted);
            clock.Advance(TimeSpan.FromSeconds(1));
            var left = 3 - seconds;
            await Until.TrueAsync(() => attempts.Count == left, () => $"{left} attempts left");
        }

        Assert.Equal(ExitCode.Ok, await running);
    }

    [Fact]
    public async Task Server_that_never_answers_ends_the_wait_all_the_same()
    {
        var clock = new FakeTimeProvider();
        var running = InitAction.RunAsync(
            [new InitJob("thing", async stop => { await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop); return Away(""); })],
            TimeSpan.FromSeconds(60), clock, Token);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(running.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ExitCode.Failed, await running);
    }

    [Fact]
    public async Task Refusal_is_not_waited_for()
    {
        var refused = new InitJob("thing", _ => Task.FromResult(new SetupResult(SetupState.Refused, "No.", [])));
        Assert.Equal(ExitCode.Failed, await InitAction.RunAsync([refused], TimeSpan.FromSeconds(60), new FakeTimeProvider(), Token));
    }

    private static SetupResult Away(string reason) => new(SetupState.Away, reason, []);
}
