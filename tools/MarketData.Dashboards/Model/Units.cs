namespace MarketData.Dashboards.Model;

/// <summary>Grafana's names of units.</summary>
internal static class Units
{
    public const string Count = "short";
    public const string Seconds = "s";
    public const string Bytes = "bytes";
    public const string BytesPerSecond = "Bps";
    public const string PerSecond = "cps";
    public const string Share = "percentunit";
}
