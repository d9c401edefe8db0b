namespace MarketData.Dashboards.Model;

/// <summary>One question that a person asks, and where its answer comes from.</summary>
/// <param name="Kind">How the answer is shown.</param>
/// <param name="Title">The question.</param>
/// <param name="Description">What the answer means, and when to worry.</param>
/// <param name="Queries">All to one data source.</param>
internal sealed record Panel(PanelKind Kind, string Title, string Description, params IReadOnlyList<Query> Queries)
{
    /// <summary>Columns, of 24.</summary>
    public int Width { get; init; } = 12;

    /// <summary>Rows of about 30 pixels.</summary>
    public int Height { get; init; } = 8;

    /// <summary>Grafana's name of the unit; <see cref="Units"/>.</summary>
    public string Unit { get; init; } = Units.Count;

    /// <summary>From here on it is red; null: it never is.</summary>
    public double? RedFrom { get; init; }

    /// <summary>What 0 and 1 are called; null: it is a number.</summary>
    public (string Zero, string One)? Words { get; init; }

    /// <summary>The alert that watches the same, whose runbook the panel links to.</summary>
    public string? Alert { get; init; }

    /// <summary>What a text panel says.</summary>
    public string Markdown { get; init; } = "";
}
