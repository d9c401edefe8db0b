namespace MarketData.Exchanges;

/// <summary>Matches names against patterns, and finds what a person may have meant.</summary>
public static class SymbolHints
{
    // BTC and ETH are three apart: a hint to another currency misleads.
    private const int MostEdits = 2;

    // What begins like a word of fewer letters is anything.
    private const int ShortestStart = 3;

    /// <summary>Whether a name matches a pattern, where <c>*</c> stands for any run of characters.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="name">The name.</param>
    /// <param name="comparison">Whether case matters.</param>
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

    /// <summary>A sentence with the names nearest to an unknown one, with a blank before it; empty when none is near.</summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The known ones.</param>
    /// <param name="most">How many are named at most.</param>
    public static string ForName(string name, IEnumerable<string> known, int most)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        var limit = Math.Clamp(name.Length / 4, 1, MostEdits);
        var near = known
            .Select(candidate => (Name: candidate, Distance: Rank(name, candidate, limit)))
            .Where(candidate => candidate.Distance < int.MaxValue)
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
    /// <param name="pattern">The pattern.</param>
    /// <param name="known">The known names.</param>
    public static string ForPattern(string pattern, IEnumerable<string> known) =>
        known.FirstOrDefault(name => IsMatch(pattern, name, StringComparison.OrdinalIgnoreCase)) is { } match
            ? $" Patterns are case-sensitive: in another case it would match \"{match}\"."
            : "";

    /// <summary>A name as it may appear in a message: shortened, without control characters.</summary>
    /// <param name="name">The name.</param>
    public static string Quote(string? name)
    {
        if (name is null) return "null";
        var shown = name.Length <= 40 ? name : name[..40] + "...";
        return $"\"{string.Concat(shown.Select(character => character is < ' ' or > '~' ? '?' : character))}\"";
    }

    // How far a candidate is: edits, or behind all of those what is missing at the end of a name that was broken off.
    private static int Rank(string name, string candidate, int limit)
    {
        if (Math.Abs(candidate.Length - name.Length) <= limit && Distance(name, candidate) is var distance && distance <= limit)
            return distance;
        return name.Length >= ShortestStart && candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            ? limit + candidate.Length - name.Length
            : int.MaxValue;
    }

    // Edit distance, ignoring case; two neighbours that changed places are one edit.
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = IsSame(left[i - 1], right[j - 1]) ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i, j - 1], rows[i - 1, j]) + 1, rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && IsSame(left[i - 1], right[j - 2]) && IsSame(left[i - 2], right[j - 1]))
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[left.Length, right.Length];
    }

    private static bool IsSame(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
