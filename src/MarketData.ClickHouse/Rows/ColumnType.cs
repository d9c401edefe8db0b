namespace MarketData.ClickHouse.Rows;

/// <summary>The types of columns, as <c>system.columns</c> says them.</summary>
internal static class ColumnType
{
    public const string Milliseconds = "DateTime64(3, 'UTC')";
    public const string Nanoseconds = "DateTime64(9, 'UTC')";
    public const string Decimal = "Decimal(38, 18)";
    public const string Decimals = $"Array({Decimal})";
    public const string Name = "LowCardinality(String)";
    public const string OptionalName = "LowCardinality(Nullable(String))";

    /// <summary>The end of 2299, the last that a <c>DateTime64(3)</c> holds.</summary>
    public const long LastMillisecond = 10_413_791_999_999;
}
