namespace MarketData.ServiceDefaults;

/// <summary>What an operator may tell one part of a service by <c>POST /admin/NAME</c>; see <see cref="AdminExtensions.AddAdminCommands"/>.</summary>
/// <param name="All">The commands.</param>
internal sealed record AdminCommands(
    IReadOnlyList<(string Name, string? Argument, Func<string, CancellationToken, Task<(bool Done, string Message)>> Run)> All);
