namespace MarketData.Cli.Tests.Rigs;

/// <summary>Tests that load the machine or hold something against the clock: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
