using System.Diagnostics;

namespace MarketData.Kafka.Tests.Support;

/// <summary>A real Apache Kafka for the tests of a class or collection, where one is at hand; else says why not.</summary>
public class RealKafka : IAsyncLifetime
{
    private const string Variable = "MARKETDATA_TEST_KAFKA";
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"marketdata-kafka-{Guid.NewGuid():N}");
    private string? _script;
    private string _whyNot = "";

    public string BootstrapServers { get; private set; } = "";

    /// <summary>Where the brokers' data are, and the certificate of who signed theirs.</summary>
    public string Directory => _directory;

    /// <summary>How the brokers are started.</summary>
    protected virtual IReadOnlyList<string> Arguments =>
        ["--acl", "--set", "auto.create.topics.enable=false", "--set", "message.max.bytes=100000"];

    /// <summary>Skips the running test when there is no real Kafka.</summary>
    public void Require()
    {
        if (_script is null)
            Assert.Skip(_whyNot);
    }

    public async ValueTask InitializeAsync()
    {
        if (!IsWanted)
        {
            _whyNot = "This Kafka is started for the tests that take minutes only (MARKETDATA_LONG_TESTS=1).";
            return;
        }
        var script = Environment.GetEnvironmentVariable(Variable) ?? RepositoryRoot.Beside("shared/kafka/kafka");
        if (script is null || !File.Exists(script))
        {
            _whyNot = $"No real Kafka at '{script}'; set {Variable} to the script that starts one.";
            return;
        }
        try
        {
            await RunAsync("java", "-version");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            _whyNot = "A real Kafka needs a Java runtime, and there is none.";
            return;
        }
        _script = script;
        await PrepareAsync();
        await RunAsync(script, ["start", _directory, .. Arguments]);
        BootstrapServers = (await RunAsync(script, "addresses", _directory)).Trim();
    }

    /// <summary>Runs the script with the broker's directory, for example <c>freeze</c>.</summary>
    public Task<string> TellAsync(string verb, params string[] more) => RunAsync(_script!, [verb, _directory, .. more]);

    /// <summary>Whether it is started at all.</summary>
    protected virtual bool IsWanted => true;

    /// <summary>What must be before the brokers start.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Forbids everyone an operation on a topic.</summary>
    public Task<string> DenyAsync(string operation, string topic) => RunAsync(
        _script!, "acls", "--bootstrap-server", BootstrapServers, "--add", "--deny-principal", "User:ANONYMOUS",
        "--operation", operation, "--topic", topic);

    public async ValueTask DisposeAsync()
    {
        if (_script is null)
            return;
        await StopAsync();
        Release();
        System.IO.Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what was prepared, after the brokers ended.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>Ends the brokers, frozen or not.</summary>
    protected async Task StopAsync()
    {
        await TellAsync("thaw");
        await TellAsync("stop");
    }

    /// <summary>Output goes through files: the broker inherits the handles, and a pipe would stay open as long as it lives.</summary>
    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var output = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
            // Patience for a machine that is busy with other tests.
            start.Environment["KAFKA_START_SECONDS"] = "180";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add("out=$1; shift; command -v \"$1\" >/dev/null || exit 127; \"$@\" >\"$out\" 2>&1 </dev/null");
            foreach (var argument in (string[])["sh", output, program, .. arguments])
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            var text = await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken);
            if (process.ExitCode == 127)
                throw new System.ComponentModel.Win32Exception($"There is no program {program}.");
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {text}");
            return text;
        }
        finally
        {
            File.Delete(output);
        }
    }
}
