using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace MarketData.ServiceDefaults;

/// <summary>
/// <c>--health-check</c>: asks the service that runs with the same configuration for its <c>/health</c>, for images that hold no tool which could.
/// Comes in: the configuration. Goes out: 0 when it is ready, else 1 and the reason in one line. Owns nothing; runs on the main thread.
/// </summary>
internal static class HealthProbe
{
    /// <summary>The argument that asks instead of starting the service.</summary>
    public const string Option = "--health-check";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Reads the configuration as the service does, and asks.</summary>
    /// <param name="host">A builder for the name of the environment, made as the service makes its own.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="configure">What differs from other services in configuration; null: nothing.</param>
    /// <param name="output">Where the answer goes.</param>
    public static async Task<int> RunAsync(
        WebApplicationBuilder host, IEnumerable<string> arguments, Action<ServiceDefaultsOptions>? configure, TextWriter output)
    {
        var options = new ServiceDefaultsOptions();
        configure?.Invoke(options);
        var inputs = options.Inputs
            ?? ConfigurationInputs.FromProcess(host.Environment.EnvironmentName, [.. arguments.Where(argument => argument != Option)]);
        var loaded = new ConfigurationManager().AddMarketDataConfiguration(inputs, options.Schema);
        var (address, port) = (loaded["health:address"], loaded["health:port"]);
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > IPEndPoint.MaxPort)
        {
            await output.WriteLineAsync($"health.port is '{port}', so it is not known where to ask. Give the service a port of its own.");
            return ExitCode.Failed;
        }

        var asked = new UriBuilder(Uri.UriSchemeHttp, address is "*" or "localhost" ? IPAddress.Loopback.ToString() : address, number, "/health").Uri;
        return await AskAsync(asked, output);
    }

    private static async Task<int> AskAsync(Uri address, TextWriter output)
    {
        // Never by way of a proxy that the environment names: the service is on this machine.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = s_patience };
        try
        {
            using var response = await http.GetAsync(address);
            await output.WriteLineAsync(await response.Content.ReadAsStringAsync());
            return response.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (HttpRequestException error)
        {
            await output.WriteLineAsync($"{address} cannot be reached: {error.Message}");
        }
        catch (TaskCanceledException)
        {
            await output.WriteLineAsync($"{address} did not answer within {s_patience.TotalSeconds} s.");
        }

        return ExitCode.Failed;
    }
}
