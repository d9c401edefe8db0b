namespace MarketData.Exchanges;

/// <summary>Matches names against patterns, and finds what a person may have meant.</summary>
internal static class SymbolHints
{
    /// <summary>Whether a name matches a pattern, where <c>*</c> stands for any run of characters.</summary>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, StringComparison comparison)
    {
        // Greedy with one step back: on a mismatch, the last star takes one more character. Linear in practice, quadratic at worst.
        int p = 0, n = 0, star = -1, mark = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = n;
            }
            else if (p < pattern.Length && pattern.Slice(p, 1).Equals(name.Slice(n, 1), comparison))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }

    /// <summary>A sentence with the names nearest to an unknown one; empty when none is near.</summary>
    public static string ForName(string name, IEnumerable<string> known, int most)
    {
        // A third of the characters may differ; beyond that a hint misleads.
        var limit = Math.Max(2, name.Length / 3);
        var near = known
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= limit)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= limit)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(most)
            .ToList();
        if (near.Count == 0) return "";
        return near[0].Distance == 0
            ? $" Names are case-sensitive: did you mean \"{near[0].Name}\"?"
            : $" Did you mean {string.Join(" or ", near.Select(candidate => $"\"{candidate.Name}\""))}?";
    }

    /// <summary>A sentence when a pattern would match in another case; else empty.</summary>
    public static string ForPattern(string pattern, IEnumerable<string> known) =>
        known.FirstOrDefault(name => IsMatch(pattern, name, StringComparison.OrdinalIgnoreCase)) is { } match
            ? $" Patterns are case-sensitive: in another case it would match \"{match}\"."
            : "";

    /// <summary>A name as it may appear in a message: shortened, without control characters.</summary>
    public static string Quote(string? name)
    {
        if (name is null) return "null";
        var shown = name.Length <= 40 ? name : name[..40] + "...";
        return $"\"{string.Concat(shown.Select(character => character is < ' ' or > '~' ? '?' : character))}\"";
    }

    // Edit distance, ignoring case.
    private static int Distance(string left, string right)
    {
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++) previous[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
