using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MarketData.Cli.Coverage;

/// <summary>
/// An option that takes a moment: ISO 8601 with its zone (<c>2026-01-31T08:00:00Z</c>), <c>now</c>, or how long ago (<c>-90s</c>, <c>-1h30m</c>,
/// <c>-2d</c>).
/// </summary>
internal static partial class TimeOption
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK",
    ];

    public static Option<TypedTime> Create(string name, string description, string whenAbsent, TimeProvider clock)
    {
        // One "now" for all options of a command line, so that -1h to now is an hour.
        var now = new Lazy<DateTimeOffset>(clock.GetUtcNow);
        return new Option<TypedTime>(name)
        {
            Description = description,
            HelpName = "time",
            DefaultValueFactory = _ => new TypedTime(whenAbsent, Parse(whenAbsent, now.Value)!.Value),
            CustomParser = result => Read(result, name, now.Value) ?? default,
        };
    }

    /// <summary>The same without a default: null when it is not there.</summary>
    public static Option<TypedTime?> CreateOptional(string name, string description, TimeProvider clock) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result => Read(result, name, clock.GetUtcNow()),
    };

    /// <summary>An interval that has no end before its begin.</summary>
    /// <exception cref="CommandLineError">It has.</exception>
    public static void CheckOrder(TypedTime from, TypedTime to)
    {
        if (from.Moment >= to.Moment)
            throw new CommandLineError(["--from must be earlier than --to."]);
    }

    /// <summary>The moment that a text names; null when it names none.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (text == "now")
            return now;
        if (Ago().Match(text) is { Success: true } ago)
        {
            var seconds = Part(ago, "d") * 86_400 + Part(ago, "h") * 3_600 + Part(ago, "m") * 60 + Part(ago, "s");
            return seconds < (now - DateTimeOffset.UnixEpoch).TotalSeconds ? now.AddSeconds(-seconds) : null;
        }

        // A time without its zone would mean another moment on another machine.
        var hasZone = text.EndsWith('Z') || Zone().IsMatch(text);
        return hasZone && DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            && moment > DateTimeOffset.UnixEpoch ? moment.ToUniversalTime() : null;
    }

    private static TypedTime? Read(ArgumentResult result, string name, DateTimeOffset now)
    {
        var text = string.Join(' ', result.Tokens.Select(token => token.Value));
        if (Parse(text, now) is { } moment)
            return new TypedTime(text, moment);
        result.AddError($"{name} {text}: give a time with its zone, as 2026-01-31T08:00:00Z, or now, or how long ago, as -90s, -1h30m, -2d.");
        return null;
    }

    private static double Part(Match match, string unit) =>
        match.Groups[unit] is { Success: true } part ? double.Parse(part.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^-(?=\d)(?:(?<d>\d{1,6})d)?(?:(?<h>\d{1,7})h)?(?:(?<m>\d{1,8})m)?(?:(?<s>\d{1,9})s)?$")]
    private static partial Regex Ago();

    [GeneratedRegex(@"[+-]\d{2}:\d{2}$")]
    private static partial Regex Zone();
}
