namespace MarketData.ServiceDefaults;

/// <summary>Finds what a misspelt name may have meant.</summary>
internal static class NearMatch
{
    private const int Most = 3;

    /// <summary>
    /// Up to three candidates, nearest first: within as many edits as a quarter of the name's length, or the right word in another section
    /// or with another unit.
    /// </summary>
    public static IReadOnlyList<string> Find(string name, IEnumerable<string> candidates)
    {
        var lower = name.ToLowerInvariant();
        var farthest = Math.Max(2, name.Length / 4);
        return [.. candidates
            .Select(candidate => (candidate, distance: Distance(lower, candidate.ToLowerInvariant())))
            .Where(pair => pair.distance <= farthest || EndsAlike(lower, pair.candidate) || DiffersInUnit(lower, pair.candidate))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(Most).Select(pair => pair.candidate)];
    }

    /// <summary>The least number of insertions, deletions and replacements that turn one text into the other (Levenshtein).</summary>
    public static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    /// <summary>The right word in the wrong section: <c>redis.bootstrap_servers</c>.</summary>
    private static bool EndsAlike(string name, string candidate) =>
        name[(name.LastIndexOf('.') + 1)..] == candidate[(candidate.LastIndexOf('.') + 1)..];

    /// <summary>Another last word, which mostly is a unit, or none: <c>kafka.linger_ms</c>, <c>kafka.linger</c>.</summary>
    private static bool DiffersInUnit(string name, string candidate)
    {
        var (dot, last) = (name.LastIndexOf('.'), name.LastIndexOf('_'));
        return dot > 0 && candidate.StartsWith((last > dot ? name[..last] : name) + '_', StringComparison.Ordinal);
    }
}
