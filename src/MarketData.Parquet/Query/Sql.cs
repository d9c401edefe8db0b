using System.Globalization;
using MarketData.Parquet.Files;

namespace MarketData.Parquet.Query;

/// <summary>Conditions and values as DuckDB's SQL writes them.</summary>
internal static class Sql
{
    /// <summary>Which rows are an instrument's.</summary>
    public static string Whose(Instrument instrument) =>
        $"exchange = {Duck.Text(instrument.Exchange)} AND instrument_name = {Duck.Text(instrument.Name)}";

    /// <summary>The directories of the days from one time to another: no others are opened.</summary>
    public static string Days(long fromNs, long untilNs) => $"date BETWEEN {Nanos(fromNs)}::DATE AND {Nanos(untilNs)}::DATE";

    public static string Nanos(long ns) => $"make_timestamp_ns({Number(ns)})";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
