namespace MarketData.Dashboards.Model;

/// <summary>One question to a data source.</summary>
/// <param name="Source">Who answers it.</param>
/// <param name="Text">In the source's own language.</param>
/// <param name="Legend">How each answer is called; empty: by its labels, or its columns.</param>
internal sealed record Query(DataSource Source, string Text, string Legend)
{
    /// <summary>PromQL.</summary>
    public static Query Prometheus(string expression, string legend = "") => new(DataSource.Prometheus, expression, legend);

    /// <summary>A quantile of a histogram over the displayed steps.</summary>
    /// <param name="quantile">0 to 1.</param>
    /// <param name="histogram">The metric's name without <c>_bucket</c>.</param>
    /// <param name="by">Labels, separated by commas, that stay apart.</param>
    /// <param name="legend">How each answer is called.</param>
    public static Query Quantile(string quantile, string histogram, string by, string legend) => Prometheus(
        $"histogram_quantile({quantile}, sum by (le{(by.Length == 0 ? "" : ", " + by)}) (rate({histogram}_bucket[$__rate_interval])))", legend);

    /// <summary>A quantile of everything since the services' start: of what is too rare for a rate, whose first occurrence a rate does not see.</summary>
    /// <param name="quantile">0 to 1.</param>
    /// <param name="histogram">The metric's name without <c>_bucket</c>.</param>
    /// <param name="by">Labels, separated by commas, that stay apart.</param>
    /// <param name="legend">How each answer is called.</param>
    public static Query QuantileOfAll(string quantile, string histogram, string by, string legend) => Prometheus(
        $"histogram_quantile({quantile}, sum by (le, {by}) ({histogram}_bucket))", legend);

    /// <summary>LogQL.</summary>
    public static Query Loki(string expression, string legend = "") => new(DataSource.Loki, expression, legend);

    /// <summary>SQL of ClickHouse.</summary>
    public static Query ClickHouse(string sql) => new(DataSource.ClickHouse, sql, "");
}
