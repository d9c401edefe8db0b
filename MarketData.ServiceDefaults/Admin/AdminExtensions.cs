using Microsoft.Extensions.DependencyInjection;

namespace MarketData.ServiceDefaults;

/// <summary>Adds what an operator may tell the service.</summary>
public static class AdminExtensions
{
    /// <summary>Adds commands to <c>/admin</c> on the health port; they are answered when <c>admin:key</c> is set, to whoever sends it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="commands">
    /// Gives the commands, once, when the service is built: the name in the path; the name of its argument in the query, or null; and what does it,
    /// with the argument's value, on the request's thread, also beside itself, and says whether it was done, and a sentence.
    /// </param>
    public static IServiceCollection AddAdminCommands(
        this IServiceCollection services,
        Func<IServiceProvider, IEnumerable<(string Name, string? Argument, Func<string, CancellationToken, Task<(bool Done, string Message)>> Run)>> commands) =>
        services.AddSingleton(provider => new AdminCommands([.. commands(provider)]));
}
