using System.Text.Json;

namespace MarketData.Cli.Tests.Rigs;

/// <summary>
/// The intervals of one channel, read off the ledger with none of our code: what opens, and the <c>resynced</c> of the same source behind it
/// that counts from the same moment. What was opened and never closed, or closed by <c>closed</c>, is no interval.
/// </summary>
internal sealed class LedgerIntervals
{
    private readonly Dictionary<string, List<LedgerInterval>> _byKey = new(StringComparer.Ordinal);

    private LedgerIntervals()
    {
    }

    /// <summary>Reads them.</summary>
    /// <param name="ledger">Source, key and value of every record, those of a key in the order of the topic.</param>
    /// <param name="channel">For example <c>orderbook</c>.</param>
    public static LedgerIntervals Read(IEnumerable<(string Source, string Key, byte[] Value)> ledger, string channel)
    {
        var intervals = new LedgerIntervals();
        var open = new Dictionary<(string Source, string Key), JsonElement>();
        foreach (var (source, key, value) in ledger)
        {
            var json = JsonElement.Parse(value);
            if (json.GetProperty("channel").GetString() != channel)
                continue;
            switch (json.GetProperty("kind").GetString())
            {
                case "gap" or "disconnected" or "stale":
                    open[(source, key)] = json;
                    break;
                case "quarantined":
                    open.TryAdd((source, key), json);
                    break;
                case "closed":
                    open.Remove((source, key));
                    break;
                case "resynced" when open.Remove((source, key), out var opening):
                    intervals.Add(key, opening, json);
                    break;
            }
        }

        return intervals;
    }

    /// <summary>The intervals of a key, in order.</summary>
    public IReadOnlyList<LedgerInterval> Of(string key) => _byKey.GetValueOrDefault(key) ?? [];

    /// <summary>
    /// Whether a break lies in an interval, which then begins before the first change that is missing, and ends with the snapshot that goes on
    /// or behind it.
    /// </summary>
    /// <param name="broken">The break.</param>
    /// <param name="firstMissedUnixMs">The exchange's time of the first change behind the last that was published.</param>
    public bool Covers(BookBreak broken, long? firstMissedUnixMs) => Of(broken.Key).Any(one =>
        one.FromUnixMs <= firstMissedUnixMs && broken.NextUnixMs <= one.ToUnixMs && !(one.FromId > broken.LastId) && !(one.ToId < broken.NextId));

    /// <summary>For the message of a failed assertion.</summary>
    public string Describe(BookBreak broken, long? firstMissedUnixMs) =>
        $"{broken}, the first that is missing is of {firstMissedUnixMs}; the ledger has the intervals: {string.Join(", ", Of(broken.Key))}";

    private void Add(string key, JsonElement opening, JsonElement closing)
    {
        if (Number(opening, "from_time") != Number(closing, "from_time") || Number(closing, "to_time") is not { } until)
            return;
        if (!_byKey.TryGetValue(key, out var all))
            _byKey.Add(key, all = []);
        all.Add(new LedgerInterval(
            key, opening.GetProperty("kind").GetString()!, Number(closing, "from_id"), Number(closing, "to_id"),
            Number(closing, "from_time") ?? 0, until, closing.GetProperty("detail").GetString() ?? ""));
    }

    private static long? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
}
