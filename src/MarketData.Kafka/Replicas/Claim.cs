using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MarketData.Kafka.Replicas;

/// <summary>
/// What a process says of its hold on one partition of the symbols:
/// <c>claim/trades/7</c> = <c>{"owner":"host/trades","process":"0f3c...","state":"active","term":3,"published_until":1795447094480,"written":1795447094480}</c>.
/// </summary>
internal sealed record Claim
{
    private const string Prefix = "claim/";

    /// <summary>The holder, as its <c>source</c> header says.</summary>
    public required string Owner { get; init; }

    /// <summary>The holder's process: a new id with every start.</summary>
    public required string Process { get; init; }

    /// <summary>Whether it was handed over in order; else it is held, or was when its holder died.</summary>
    public required bool IsReleased { get; init; }

    /// <summary>The fencing token: rises by one with every change of the holder.</summary>
    public required long Term { get; init; }

    /// <summary>
    /// The holder's clock: everything that it received before is acknowledged, not only what had come as far as its lane, and so is the
    /// beginning of its own ledger; until then, what the claim before said. Milliseconds since the Unix epoch.
    /// </summary>
    public required long PublishedUntilUnixMs { get; init; }

    /// <summary>The holder's clock when it wrote this, in milliseconds since the Unix epoch.</summary>
    public required long WrittenUnixMs { get; init; }

    /// <summary>The key of a partition's claim.</summary>
    public static string KeyOf(string collector, int partition) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{collector}/{partition}");

    /// <summary>Reads a key.</summary>
    public static bool TryReadKey(string key, string collector, out int partition)
    {
        partition = -1;
        return key.StartsWith(Prefix, StringComparison.Ordinal)
            && key.AsSpan(Prefix.Length).StartsWith(collector, StringComparison.Ordinal)
            && key.Length > Prefix.Length + collector.Length + 1
            && key[Prefix.Length + collector.Length] == '/'
            && int.TryParse(
                key.AsSpan(Prefix.Length + collector.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out partition);
    }

    /// <summary>The JSON.</summary>
    public byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("owner", Owner);
            json.WriteString("process", Process);
            json.WriteString("state", IsReleased ? "released" : "active");
            json.WriteNumber("term", Term);
            json.WriteNumber("published_until", PublishedUntilUnixMs);
            json.WriteNumber("written", WrittenUnixMs);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the JSON; null when it is none of ours.</summary>
    public static Claim? Read(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
            var root = json.RootElement;
            return new Claim
            {
                Owner = root.GetProperty("owner").GetString() ?? "",
                Process = root.GetProperty("process").GetString() ?? "",
                IsReleased = root.GetProperty("state").GetString() == "released",
                Term = root.GetProperty("term").GetInt64(),
                PublishedUntilUnixMs = root.GetProperty("published_until").GetInt64(),
                WrittenUnixMs = root.GetProperty("written").GetInt64(),
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
