using System.Globalization;

namespace MarketData.Cli.Up;

/// <summary>How numbers and times look on a terminal.</summary>
internal static class Format
{
    public static string Price(decimal? price) => price?.ToString("0.############", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>ISO 8601 in UTC, to the millisecond.</summary>
    public static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Rate(double perSecond) => perSecond.ToString(perSecond < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan? duration) => duration switch
    {
        null => "-",
        { Ticks: < 0 } d => "-" + Duration(-d),
        { TotalMilliseconds: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalMicroseconds:0} µs"),
        { TotalSeconds: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalMilliseconds:0.0} ms"),
        { TotalMinutes: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.Minutes} min {d.Seconds} s"),
        { TotalDays: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.Hours} h {d.Minutes} min"),
        { } d => string.Create(CultureInfo.InvariantCulture, $"{d.Days} d {d.Hours} h"),
    };

    public static string Elapsed(TimeSpan elapsed) =>
        elapsed.ToString(elapsed switch { { TotalHours: < 1 } => @"mm\:ss", { TotalDays: < 1 } => @"h\:mm\:ss", _ => @"d\.hh\:mm\:ss" }, CultureInfo.InvariantCulture);
}
