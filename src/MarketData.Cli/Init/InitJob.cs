using MarketData.Setup;

namespace MarketData.Cli.Init;

/// <summary>One server that must have something.</summary>
/// <param name="Kind">What the things are, for people: <c>topic</c>.</param>
/// <param name="TryAsync">Makes what is missing, once.</param>
internal sealed record InitJob(string Kind, Func<CancellationToken, Task<SetupResult>> TryAsync);
