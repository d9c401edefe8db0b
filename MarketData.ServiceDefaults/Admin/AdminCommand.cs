namespace MarketData.ServiceDefaults;

/// <summary>What an operator may tell a service by <c>POST /admin/NAME</c>.</summary>
/// <param name="Name">The name in the path.</param>
/// <param name="Argument">The name of its argument in the query; null when it has none.</param>
/// <param name="Run">
/// Does it, with the argument's value; says whether it was done, and a sentence. Called on the request's thread, also beside itself.
/// </param>
public sealed record AdminCommand(string Name, string? Argument, Func<string, CancellationToken, Task<(bool Done, string Message)>> Run);
