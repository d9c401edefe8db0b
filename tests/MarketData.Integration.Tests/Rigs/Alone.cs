namespace MarketData.Integration.Tests.Rigs;

/// <summary>Tests that load the machine, hold something against the clock, or hear all meters of the process: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
