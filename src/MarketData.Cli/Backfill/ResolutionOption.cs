using System.CommandLine;
using System.Globalization;

namespace MarketData.Cli.Backfill;

/// <summary>An option that takes the length of a candle, as <c>1m</c>, <c>3h</c> or <c>1d</c>, of those that there are.</summary>
internal static class ResolutionOption
{
    public static Option<TimeSpan?> Create(IReadOnlyList<TimeSpan> offered, TimeSpan whenAbsent) => new("--resolution")
    {
        Description = $"The length of a candle: {string.Join(", ", offered.Select(Text))} ({Text(whenAbsent)}).",
        HelpName = "length",
        CustomParser = result =>
        {
            var text = string.Join(' ', result.Tokens.Select(token => token.Value));
            foreach (var resolution in offered)
            {
                if (Text(resolution) == text)
                    return resolution;
            }

            result.AddError($"--resolution {text}: the exchange has no such candles; give one of {string.Join(", ", offered.Select(Text))}.");
            return null;
        },
    };

    /// <summary>In the largest unit that holds it whole.</summary>
    private static string Text(TimeSpan resolution) => resolution switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{resolution.TotalDays}d"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{resolution.TotalHours}h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{resolution.TotalMinutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{resolution.TotalSeconds}s"),
    };
}
