using MarketData.Dashboards.Model;

namespace MarketData.Dashboards.Content;

/// <summary>The runbooks, where whoever sees an alert can read them.</summary>
internal static class RunbooksDashboard
{
    private const string Name = "runbooks";

    public static Dashboard Create(IReadOnlyList<Runbook> runbooks) => new(Name, "Runbooks", "What to do when an alert fires: docs/runbooks.",
        [.. runbooks.Select(runbook => new Panel(PanelKind.Text, runbook.Alert, $"What to do when {runbook.Alert} fires.") { Markdown = runbook.Markdown, Height = 11 })]);

    /// <summary>Where an alert's runbook is shown.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public static string UrlOf(string alert, IReadOnlyList<Runbook> runbooks)
    {
        var page = runbooks.Index().Where(one => one.Item.Alert == alert).Select(one => one.Index + 1).FirstOrDefault();
        return page > 0
            ? $"/d/{Dashboard.UidPrefix}{Name}?viewPanel={page}"
            : throw new InvalidDataException($"A panel links to the runbook of {alert}, and docs/runbooks has none: write it, or correct the name.");
    }
}
