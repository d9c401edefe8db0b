using System.Text.Json;

namespace MarketData.Cli;

/// <summary>
/// Where everything of one <c>up</c> listens. <c>up</c> leaves it as a JSON file, so that <c>tail</c> and <c>book</c> find the embedded
/// servers, which choose their own ports.
/// </summary>
/// <param name="Kafka">Bootstrap servers, <c>host:port</c>.</param>
/// <param name="Redis">Redis address, <c>host:port</c> or an URL.</param>
/// <param name="Http">Base address of health and metrics.</param>
/// <param name="Exchange">WebSocket address of the exchange.</param>
internal sealed record AddressBook(string Kafka, string Redis, string Http, string Exchange)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>The file that the newest <c>up</c> of this user leaves.</summary>
    public static string DefaultFile => Path.Combine(Path.GetTempPath(), $"marketdata-up-{Environment.UserName}.json");

    /// <summary>Writes the file whole: a reader sees the old one or the new one, never half of it.</summary>
    public void Write(string file)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(directory);
        var temporary = Path.Combine(directory, $".{Path.GetFileName(file)}.{Environment.ProcessId}");
        File.WriteAllText(temporary, JsonSerializer.Serialize(this, Json) + "\n");
        File.Move(temporary, file, overwrite: true);
    }

    /// <summary>Reads the file; null when there is none or it is not ours.</summary>
    public static AddressBook? TryRead(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<AddressBook>(File.ReadAllText(file), Json) : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
