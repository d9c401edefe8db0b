using System.Globalization;

namespace MarketData.Cli;

/// <summary>Options that take a time with its unit, such as <c>--duration</c>, which ends a command by itself.</summary>
internal static class DurationOption
{
    /// <summary>Reads a time with its unit; null, and a sentence, when it is none.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="faults">Takes the sentence.</param>
    /// <param name="option">The option that it was given to.</param>
    /// <param name="mayBeZero">Whether no time at all does as well.</param>
    public static TimeSpan? Parse(string text, List<string> faults, string option = "--duration", bool mayBeZero = false)
    {
        var unit = text.Length > 0 ? text[^1] : ' ';
        double secondsPerUnit = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (secondsPerUnit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && (count > 0 || mayBeZero) && count * secondsPerUnit <= 31_536_000)
            return TimeSpan.FromSeconds(count * secondsPerUnit);
        faults.Add($"{option} {text}: give a {(mayBeZero ? "" : "positive ")}time with its unit, such as 30s, 5m or 1h.");
        return null;
    }
}
