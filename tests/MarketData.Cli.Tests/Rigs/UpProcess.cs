using System.Text.Json;

namespace MarketData.Cli.Tests.Rigs;

/// <summary><c>marketdata up</c> (or <c>replay</c>) as a process, with the addresses that it wrote.</summary>
internal sealed class UpProcess : IAsyncDisposable
{
    private UpProcess(ChildProcess process, string addressFile) => (Process, AddressFile) = (process, addressFile);

    public ChildProcess Process { get; }

    public string AddressFile { get; }

    public string Kafka { get; private set; } = "";

    public string Redis { get; private set; } = "";

    public string Http { get; private set; } = "";

    public string Exchange { get; private set; } = "";

    /// <summary>The directory of its files; empty when it keeps none.</summary>
    public string History { get; private set; } = "";

    /// <summary>Starts <c>up</c> and waits for its file of addresses.</summary>
    public static async Task<UpProcess> StartAsync(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, bool anyHttpPort = true, bool history = false,
        string command = "up")
    {
        var up = Begin(arguments, environment, anyHttpPort, history, command);
        try
        {
            await up.UntilUpAsync();
            return up;
        }
        catch
        {
            await up.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts <c>up</c> without waiting for anything.</summary>
    public static UpProcess Begin(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, bool anyHttpPort = true, bool history = false,
        string command = "up")
    {
        var directory = Directory.CreateTempSubdirectory("marketdata-test-").FullName;
        var file = Path.Combine(directory, "addresses.json");
        string[] port = anyHttpPort ? ["--http-port", "0"] : [];
        string[] files = history ? [] : ["--no-history"];
        string[] all = [command, .. arguments, "--plain", .. port, .. files, "--addresses", file];
        return new UpProcess(ChildProcess.Start("MarketData.Cli.dll", all, environment, directory), file);
    }

    /// <summary>Waits for the file of addresses and reads it.</summary>
    public async Task UntilUpAsync()
    {
        await Until.TrueAsync(
            () => File.Exists(AddressFile) || Process.HasExited,
            () => $"the file of addresses.\n{Process.Everything}",
            TimeSpan.FromSeconds(90));
        Assert.True(File.Exists(AddressFile), Process.Everything);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(AddressFile, TestContext.Current.CancellationToken));
        Kafka = Text("kafka");
        Redis = Text("redis");
        Http = Text("http");
        Exchange = Text("exchange");
        History = Text("history");

        string Text(string name) => json.RootElement.GetProperty(name).GetString() ?? "";
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
