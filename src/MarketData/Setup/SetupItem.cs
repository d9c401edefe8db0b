namespace MarketData.Setup;

/// <summary>One thing that a server must have.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="IsNew">Whether this attempt made it; else it was found.</param>
public sealed record SetupItem(string Name, bool IsNew);
