namespace MarketData.Dashboards.Model;

/// <summary>How an answer is shown.</summary>
internal enum PanelKind
{
    /// <summary>One number, now.</summary>
    Stat,

    /// <summary>Curves over time.</summary>
    TimeSeries,

    /// <summary>Rows, now.</summary>
    Table,

    /// <summary>Log records.</summary>
    Logs,

    /// <summary>Markdown, no question.</summary>
    Text,
}
