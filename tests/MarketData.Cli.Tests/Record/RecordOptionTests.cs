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
}
