using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MarketData.ServiceDefaults.Tests.Deployment;

/// <summary>The deployment for people without Aspire is what its README says, and fits the services.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly ComposeFile s_file = ComposeFile.Read();
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("kind", "integration")]
    public async Task Compose_accepts_the_file_and_refuses_it_without_passwords()
    {
        var compose = await FindComposeAsync();
        Assert.SkipWhen(compose is null, "Neither 'docker compose' nor 'docker-compose' is installed.");
        var required = ComposeFile.RequiredVariables(await File.ReadAllTextAsync(ComposeFile.FullPath, _ct)).ToList();
        var (exitCode, output) = await RunAsync(compose, required);
        Assert.True(exitCode == 0, output);
        (exitCode, output) = await RunAsync(compose, required.Skip(1));
        Assert.NotEqual(0, exitCode);
        Assert.Contains($"Set {required[0]} in .env", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_has_every_server_and_service()
    {
        string[] expected =
            ["archiver", "clickhouse", "grafana", "kafka", "loki", "orderbooks", "prometheus", "redis", "schema", "tickers", "topics", "trades"];
        Assert.Equal(expected, s_file.Services.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_runs_on_is_restarted_and_has_a_health_check_and_what_prepares_ends()
    {
        foreach (var (name, service) in s_file.Services)
        {
            if (service.Command is ["init", ..])
            {
                Assert.Equal(["init", name], service.Command);
                Assert.Equal("on-failure", service.Restart);
                continue;
            }

            Assert.Equal("unless-stopped", service.Restart);
            Assert.True(service.HealthTest is ["CMD" or "CMD-SHELL", _, ..], $"{name} has no health check.");
        }
    }

    [Fact]
    public void Service_asks_the_executable_of_its_own_image()
    {
        var version = XDocument.Load(Path.Combine(RepositoryRoot.Path, "Directory.Build.props")).Descendants("Version").Single().Value;
        foreach (var service in s_file.Services.Values.Where(service => service.IsOurs && service.Command is not ["init", ..]))
        {
            Assert.True(service.HealthTest is ["CMD", "dotnet", _, "--health-check"], string.Join(' ', service.HealthTest));
            var project = Path.GetFileNameWithoutExtension(service.HealthTest[2]);
            Assert.Equal($"/app/{project}.dll", service.HealthTest[2]);
            Assert.True(File.Exists(Path.Combine(RepositoryRoot.Path, "src", project, project + ".csproj")), project);

            // As Directory.Build.targets names the image of a project.
            Assert.Equal($"marketdata/{project.Split('.')[^1].ToLowerInvariant()}:{version}", service.Image);
        }
    }

    [Fact]
    public void Image_tag_is_pinned_and_the_same_as_in_the_AppHost()
    {
        Assert.All(s_file.Services.Values, service => Assert.Matches(@"^[a-z/-]+:v?\d+\.\d+[.0-9]*$", service.Image));
        var sources = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "MarketData.AppHost"), "*Extensions.cs")
            .Select(path => ImageAndTag().Match(File.ReadAllText(path))).Where(match => match.Success).ToList();
        Assert.Equal(4, sources.Count);
        Assert.All(sources, match =>
            Assert.Contains(s_file.Services.Values, service => service.Image == $"{match.Groups["image"].Value}:{match.Groups["tag"].Value}"));
    }

    [Fact]
    public void Mounted_file_or_directory_is_there_and_read_only_and_every_other_mount_is_a_volume()
    {
        var volumes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mount in s_file.Services.Values.SelectMany(service => service.Volumes).Select(text => text.Split(':')))
        {
            if (!mount[0].StartsWith('.'))
            {
                volumes.Add(mount[0]);
                continue;
            }

            Assert.True(Path.Exists(Path.GetFullPath(mount[0], ComposeFile.Directory)), mount[0]);
            Assert.Equal("ro", mount[^1]);
        }

        Assert.Equal(s_file.Volumes.Order(StringComparer.Ordinal), volumes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Port_is_published_for_this_machine_alone() =>
        Assert.All(s_file.Services.Values.SelectMany(service => service.Ports), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Fact]
    public void Variable_of_a_service_is_a_key_that_it_knows_with_a_value_that_it_takes()
    {
        var schema = ConfigurationSchema.CreateStandard();
        foreach (var (name, service) in s_file.Services.Where(pair => pair.Value.IsOurs))
        {
            var environment = service.Environment("pw1");
            Assert.NotEmpty(environment);
            Assert.All(environment.Keys, variable => Assert.True(
                EnvironmentSettings.PlainNames.ContainsKey(variable) || schema.FindLoosely(variable.Replace("__", ":", StringComparison.Ordinal)) is not null,
                $"{name}: {variable}"));
            using var test = new TestConfiguration();
            foreach (var (variable, value) in environment) test.Variables[variable] = value;
            Assert.Empty(test.Faults());
        }
    }

    [Fact]
    public void Secret_comes_from_the_environment_file_which_the_example_lists_without_values()
    {
        var text = File.ReadAllText(ComposeFile.FullPath);
        Assert.All(text.Split('\n').Where(line => SecretName().IsMatch(line)), line => Assert.True(
            line.Contains("${", StringComparison.Ordinal) || line.Contains("$$", StringComparison.Ordinal) || line.TrimStart().StartsWith('#'), line));
        var example = File.ReadAllLines(Path.Combine(ComposeFile.Directory, ".env.example"));
        Assert.All(ComposeFile.RequiredVariables(text), variable => Assert.Contains(variable + "=", example));
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string[] compose, IEnumerable<string> set)
    {
        var start = new ProcessStartInfo(compose[0], [.. compose[1..], "--project-directory", ComposeFile.Directory, "--file", "-", "config", "--quiet"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var variable in set) start.Environment[variable] = "pw1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(_ct);
        var errors = process.StandardError.ReadToEndAsync(_ct);

        // The first Compose, in Python, does not know the name at the top; everything else it reads as the second one does.
        var lines = await File.ReadAllLinesAsync(ComposeFile.FullPath, _ct);
        await process.StandardInput.WriteAsync(string.Join('\n', compose.Length > 1 ? lines : lines.Where(line => !line.StartsWith("name:", StringComparison.Ordinal))));
        process.StandardInput.Close();
        await process.WaitForExitAsync(_ct);
        return (process.ExitCode, await output + await errors);
    }

    private async Task<string[]?> FindComposeAsync()
    {
        foreach (var candidate in new[] { new[] { "docker", "compose" }, ["docker-compose"] })
        {
            try
            {
                var start = new ProcessStartInfo(candidate[0], [.. candidate[1..], "version"]) { RedirectStandardOutput = true, RedirectStandardError = true };
                using var process = Process.Start(start)!;
                await Task.WhenAll(process.StandardOutput.ReadToEndAsync(_ct), process.StandardError.ReadToEndAsync(_ct), process.WaitForExitAsync(_ct));
                if (process.ExitCode == 0) return candidate;
            }
            catch (Win32Exception)
            {
                // It is not installed.
            }
        }

        return null;
    }

    [GeneratedRegex("""Image = "(?<image>[^"]+)";\s*private const string Tag = "(?<tag>[^"]+)";""")]
    private static partial Regex ImageAndTag();

    [GeneratedRegex("(?i)password|secret|_key:")]
    private static partial Regex SecretName();
}
