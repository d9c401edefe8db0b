using Deribit.Simulator.Hosting;

namespace Deribit.Simulator.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Market_arguments_become_options()
    {
        var (options, fault) = CommandLine.Parse(
            ["--mode", "market", "--instruments", "30", "--rate", "200.5", "--seed", "9", "--port", "8090", "--levels", "10"]);
        Assert.Null(fault);
        Assert.Equal((30, 200.5, 9, 8090, 10), (
            options!.Instruments, options.FramesPerSecond, options.Seed, options.Port, options.BookLevels));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2.5", 2.5)]
    [InlineData("max", double.PositiveInfinity)]
    public void Replay_arguments_become_options(string text, double speed)
    {
        var file = typeof(CommandLineTests).Assembly.Location;
        var (options, fault) = CommandLine.Parse(["--mode", "replay", "--file", file, "--file", file, "--speed", text]);
        Assert.Null(fault);
        Assert.Equal(speed, options!.ReplaySpeed);
        Assert.Equal([file, file], options.ReplayFiles);
        Assert.True(options.StartReplayOnSubscribe);
    }

    [Theory]
    [InlineData("--mode", "paper", "'paper'")]
    [InlineData("--rate", "fast", "'fast'")]
    [InlineData("--rate", "-1", "-1")]
    [InlineData("--instruments", "0", "0")]
    [InlineData("--instruments", "1e3", "'1e3'")]
    [InlineData("--port", "70000", "70000")]
    [InlineData("--speed", "0", "0")]
    [InlineData("--host", "nowhere.example", "'nowhere.example'")]
    [InlineData("--file", "/no/such/file.jsonl", "/no/such/file.jsonl")]
    [InlineData("--colour", "red", "--colour")]
    public void Bad_value_is_named_with_a_remedy(string name, string value, string named)
    {
        var (options, fault) = CommandLine.Parse([name, value]);
        Assert.Null(options);
        Assert.Contains(named, fault, StringComparison.Ordinal);
        Assert.Matches("use |give |--help", fault);
    }

    [Fact]
    public void Missing_value_and_missing_file_are_named()
    {
        Assert.Contains("--rate", CommandLine.Parse(["--rate"]).Fault, StringComparison.Ordinal);
        Assert.Contains("ReplayFiles", CommandLine.Parse(["--mode", "replay"]).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_is_no_fault()
    {
        var (options, fault) = CommandLine.Parse(["--help"]);
        Assert.Null(options);
        Assert.Null(fault);
        Assert.Contains("--mode", CommandLine.Help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_options_are_refused_all_at_once()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = 1_000_000, BookLevels = 1, MaxConnections = 0 }, TestContext.Current.CancellationToken));
        Assert.Contains("1000000", error.Message, StringComparison.Ordinal);
        Assert.Contains("BookLevels", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxConnections", error.Message, StringComparison.Ordinal);
    }
}
