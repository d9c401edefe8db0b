namespace MarketData.ServiceDefaults;

/// <summary>All commands of one part of a service.</summary>
/// <param name="All">The commands.</param>
internal sealed record AdminCommands(IReadOnlyList<AdminCommand> All);
