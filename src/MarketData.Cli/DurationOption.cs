using System.Globalization;

namespace MarketData.Cli;

/// <summary>The option that ends a command by itself after a time.</summary>
internal static class DurationOption
{
    /// <summary>Reads a time with its unit; null, and a sentence, when it is none.</summary>
    public static TimeSpan? Parse(string text, List<string> faults)
    {
        var unit = text.Length > 0 ? text[^1] : ' ';
        double secondsPerUnit = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (secondsPerUnit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * secondsPerUnit is > 0 and <= 31_536_000)
            return TimeSpan.FromSeconds(count * secondsPerUnit);
        faults.Add($"--duration {text}: give a positive time with its unit, such as 30s, 5m or 1h.");
        return null;
    }
}
