using System.CommandLine;

using MarketData.Checks;
using MarketData.Cli.Inspect;
using MarketData.ServiceDefaults;

using Spectre.Console;

namespace MarketData.Cli.Doctor;

/// <summary><c>marketdata doctor</c>: looks at everything that the configuration names, and says what to do.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(10);

    public static Command Create(TimeProvider time)
    {
        var services = new Option<string[]>("--service") { Description = "The health address of a running service, such as http://localhost:8081; any number." };
        var output = new Option<string>("--output") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var timeout = new Option<string?>("--timeout") { Description = "How long each check may take (10s)." };
        var where = new InspectOptions();
        var command = new Command("doctor", "Check the configuration and every server that it names, and say what to do.") { services, output, timeout };
        where.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var faults = new List<string>();
            var limit = parsed.GetValue(timeout) is { } text ? DurationOption.Parse(text, faults, "--timeout") : UsualTimeout;
            var urls = parsed.GetValue(services) ?? [];
            faults.AddRange(urls
                .Where(url => !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
                .Select(url => $"--service {url}: give the address of a health port, such as http://localhost:8081."));
            return faults.Count > 0
                ? await CommandLineFaults.TellAsync(faults)
                : await InspectRunner.RunAsync(
                    stop => RunAsync(where, parsed, urls, limit!.Value, parsed.GetValue(output) == "json", time, stop), interrupted: ExitCode.Failed);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        InspectOptions where, ParseResult parsed, IReadOnlyList<string> services, TimeSpan timeout, bool asJson, TimeProvider time, CancellationToken stop)
    {
        var loaded = where.LoadAsIs(parsed, out var configuration, out var up);
        if (up is not null)
            await Console.Error.WriteLineAsync($"The servers of the up at {up.Http} are looked at.");
        var environment = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Development";
        var checks = new DoctorPlan(loaded, configuration, environment, timeout, time).Checks(up is null ? services : [up.Http, .. services]);
        var found = await CheckRunner.RunAsync(checks, timeout, time, stop);
        List<Finding> findings =
            [.. found.Select(one => one with { Found = loaded.Redactor.Redact(one.Found), Advice = loaded.Redactor.Redact(one.Advice) })];
        if (asJson)
            await Console.Out.WriteLineAsync(DoctorText.ToJson(findings));
        else
            DoctorText.Write(Console.IsOutputRedirected ? null : AnsiConsole.Console, Console.Out, findings);
        return findings.Exists(finding => finding.State == FindingState.Fault) ? ExitCode.Failed : ExitCode.Ok;
    }
}
