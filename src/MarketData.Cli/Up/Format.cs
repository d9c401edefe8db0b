using System.Globalization;

namespace MarketData.Cli.Up;

/// <summary>How numbers look on a terminal.</summary>
internal static class Format
{
    public static string Price(decimal? price) => price?.ToString("0.############", CultureInfo.InvariantCulture) ?? "-";

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Rate(double perSecond) => perSecond.ToString(perSecond < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan? duration) => duration switch
    {
        null => "-",
        { TotalMilliseconds: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalMicroseconds:0} µs"),
        { TotalSeconds: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalMilliseconds:0.0} ms"),
        { TotalHours: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalSeconds:0.0} s"),
        { } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalDays:0.0} d"),
    };

    public static string Elapsed(TimeSpan elapsed) => elapsed.ToString(elapsed.TotalHours < 1 ? @"mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);
}
