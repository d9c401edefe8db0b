namespace MarketData.Cli.Tests.Record;

/// <summary>What <c>record</c> and <c>replay</c> refuse.</summary>
[Trait("kind", "integration")]
public sealed class RecordOptionTests
{
    [Theory]
    [InlineData("replay no.mdrec --speed fast", "--speed fast: give a number from 0.001 to 1000000, such as 1 or 10, or max.")]
    [InlineData("replay no.mdrec", "no.mdrec: there is no such file.")]
    [InlineData("record a.mdrec --exchange simulated", "--exchange simulated: give live or testnet.")]
    [InlineData("record .", ".: that is a directory. Give the name of a file.")]
    public Task Bad_option_is_one_clear_sentence_and_exit_code_2(string arguments, string sentence) => ChildProcess.AssertRefusedAsync(arguments, sentence);

    [Fact]
    public async Task Replay_into_servers_of_the_configuration_is_refused_unless_it_is_asked_for()
    {
        await using var replay = ChildProcess.Start(
            "MarketData.Cli.dll", ["replay", typeof(RecordOptionTests).Assembly.Location],
            new Dictionary<string, string> { ["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1" });
        Assert.True(await replay.ExitAsync() == 2, replay.Everything);
        Assert.Contains(replay.Errors, line => line.Contains("kafka:bootstrap_servers is set: a replay would write an old market there", StringComparison.Ordinal));
    }
}
