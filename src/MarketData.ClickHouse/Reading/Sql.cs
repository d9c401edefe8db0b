using System.Globalization;

namespace MarketData.ClickHouse.Reading;

/// <summary>Values as ClickHouse's SQL writes them.</summary>
internal static class Sql
{
    /// <summary>Which rows are an instrument's: every table's order begins with these columns.</summary>
    public static string Whose(Instrument instrument) => $"exchange = {Text(instrument.Exchange)} AND instrument_name = {Text(instrument.Name)}";

    public static string Nanos(long ns) => Nanos(Number(ns));

    public static string Nanos(string ns) => $"fromUnixTimestamp64Nano(toInt64({ns}), 'UTC')";

    public static string Millis(long ms) => $"fromUnixTimestamp64Milli(toInt64({Number(ms)}), 'UTC')";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Text(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
