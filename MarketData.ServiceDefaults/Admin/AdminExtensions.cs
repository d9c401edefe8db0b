using Microsoft.Extensions.DependencyInjection;

namespace MarketData.ServiceDefaults;

/// <summary>Adds what an operator may tell the service.</summary>
public static class AdminExtensions
{
    /// <summary>Adds commands to <c>/admin</c> on the health port; they are answered when <c>admin:key</c> is set, to whoever sends it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="commands">Gives the commands, once, when the service is built.</param>
    public static IServiceCollection AddAdminCommands(
        this IServiceCollection services,
        Func<IServiceProvider, IEnumerable<(string Name, string? Argument, Func<string, CancellationToken, Task<(bool Done, string Message)>> Run)>> commands) =>
        services.AddSingleton<AdminCommands>(provider =>
            new AdminCommands([.. commands(provider).Select(command => new AdminCommand(command.Name, command.Argument, command.Run))]));
}
