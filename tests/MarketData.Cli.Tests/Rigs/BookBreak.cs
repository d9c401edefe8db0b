namespace MarketData.Cli.Tests.Rigs;

/// <summary>A place on the topic where a book's chain ends and a snapshot begins a new one. Times are the exchange's.</summary>
internal sealed record BookBreak(string Key, long LastId, long LastUnixMs, long NextId, long NextUnixMs);
