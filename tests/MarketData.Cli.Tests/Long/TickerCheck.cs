using System.Text.Json;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests.Long;

/// <summary>
/// The topic of tickers, read to its end by a client with none of our code. Tickers have no number: what counts is how many there are, told
/// apart by when they were received, and the exchange's times in them.
/// </summary>
internal sealed class TickerCheck
{
    private readonly Dictionary<string, HashSet<long>> _received = new(StringComparer.Ordinal);

    /// <summary>The exchange's time in the last ticker of each key, in milliseconds.</summary>
    public Dictionary<string, long> LastUnixMs { get; } = new(StringComparer.Ordinal);

    /// <summary>Records that were there before; those of them that do not say so.</summary>
    public long Duplicates { get; private set; }

    public long Unmarked { get; private set; }

    /// <summary>Tickers that are older than the one before: the first of them, told in full.</summary>
    public List<string> Back { get; } = [];

    public override string ToString() =>
        $"{_received.Values.Sum(one => one.Count)} of {_received.Count} keys, {Duplicates} duplicates, {Back.Count} going back";

    public static Task<TickerCheck> ReadAsync(string bootstrapServers, string topic) =>
        Task.Run(() => Read(bootstrapServers, topic), TestContext.Current.CancellationToken);

    /// <summary>How many different tickers a key has.</summary>
    public int Count(string key) => _received.GetValueOrDefault(key)?.Count ?? 0;

    private static TickerCheck Read(string bootstrapServers, string topic)
    {
        var check = new TickerCheck();
        foreach (var result in IndependentReader.ReadAll(bootstrapServers, topic))
        {
            using var json = JsonDocument.Parse(result.Message.Value);
            check.Add(
                result.Message.Key, json.RootElement.GetProperty("timestamp").GetInt64(), json.RootElement.GetProperty("received_at").GetInt64(),
                result.Message.Headers.TryGetLastBytes("resent", out _), result.Offset.Value);
        }

        return check;
    }

    private void Add(string key, long unixMs, long receivedUnixNs, bool isResent, long offset)
    {
        if (!_received.TryGetValue(key, out var received))
            _received.Add(key, received = []);
        if (!received.Add(receivedUnixNs))
        {
            Duplicates++;
            Unmarked += isResent ? 0 : 1;
            return;
        }

        var last = LastUnixMs.GetValueOrDefault(key);
        if (unixMs < last && Back.Count < 10)
            Back.Add($"{key} at offset {offset}: {unixMs} behind {last}");
        LastUnixMs[key] = unixMs;
    }
}
