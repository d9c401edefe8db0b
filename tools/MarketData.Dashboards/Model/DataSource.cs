namespace MarketData.Dashboards.Model;

/// <summary>Where a query is answered: the plugin and the uid of config/grafana/provisioning/datasources.</summary>
/// <param name="Type">Grafana's name of the plugin.</param>
/// <param name="Uid">The data source's uid.</param>
internal sealed record DataSource(string Type, string Uid)
{
    public static readonly DataSource Prometheus = new("prometheus", "prometheus");
    public static readonly DataSource Loki = new("loki", "loki");
    public static readonly DataSource ClickHouse = new("grafana-clickhouse-datasource", "clickhouse");
}
