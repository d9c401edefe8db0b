namespace MarketData.Setup;

/// <summary>An attempt to make what a server must have. A further attempt goes on where this one ended.</summary>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Why it is not done, as a full sentence without secrets; empty when it is.</param>
/// <param name="Items">What is there now; empty when it is not done.</param>
public sealed record SetupResult(SetupState State, string Reason, IReadOnlyList<SetupItem> Items);
