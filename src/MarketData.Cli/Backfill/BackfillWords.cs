namespace MarketData.Cli.Backfill;

/// <summary>What the rows of a backfill are called.</summary>
/// <param name="One">One of them.</param>
/// <param name="Many">Several.</param>
/// <param name="NumberPrefix">What stands before their numbers; null when they are known by their times.</param>
internal sealed record BackfillWords(string One, string Many, string? NumberPrefix = null);
