namespace MarketData.Operations.Tests.Live;

/// <summary>Tests that disturb the others, or look at what the others left: one after the other, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
