using Published = System.Diagnostics.Metrics.Instrument;

using System.Text;

namespace MarketData.Integration.Tests.Telemetry;

/// <summary>docs/metrics.md, as the instruments themselves say it.</summary>
internal static class MetricsPage
{
    private const string Head = """
        # Metrics

        Every metric of ours, as the code names it and as Prometheus shows it on `/metrics`. This page is made from the instruments themselves: a
        test compares it with them, and `MARKETDATA_WRITE_DOCS=1` with that test writes it anew.

        Times are in seconds, sizes in bytes. Where several collectors share a process, `collector` tells them apart. What an alert asks for, and
        what to do then, is in [operations.md](operations.md). Besides these there are .NET's own `dotnet_*` (memory, collections, threads) and
        `http_client_*`, and `otel_sdk_*`: what the telemetry itself did.

        """;

    /// <summary>Writes the page.</summary>
    public static string Write(IEnumerable<Published> instruments)
    {
        var page = new StringBuilder(Head);
        foreach (var meter in instruments.GroupBy(instrument => instrument.Meter.Name).OrderBy(group => group.Key, StringComparer.OrdinalIgnoreCase))
        {
            page.Append($"\n## {meter.Key}\n\n| Metric | In Prometheus | Kind | What |\n|---|---|---|---|\n");
            foreach (var one in meter.OrderBy(one => one.Name, StringComparer.Ordinal))
                page.Append($"| `{one.Name}` | `{PrometheusNameOf(one)}` | {KindOf(one)}, {one.Unit} | {one.Description} |\n");
        }

        return page.ToString();
    }

    /// <summary>The name that the exporter makes of it; of a histogram that of its family.</summary>
    public static string PrometheusNameOf(Published instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            // Also "1": the exporter leaves out the suffix that the rules have for it.
            _ => "",
        };
        return name + unit + (KindOf(instrument) == "counter" ? "_total" : "");
    }

    private static string KindOf(Published instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "Histogram" => "histogram",
        _ => "gauge",
    };
}
