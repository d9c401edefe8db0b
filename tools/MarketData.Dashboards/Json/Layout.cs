using MarketData.Dashboards.Model;

namespace MarketData.Dashboards.Json;

/// <summary>Puts panels onto Grafana's grid: from left to right, and into the next line when one is full.</summary>
internal static class Layout
{
    private const int Columns = 24;

    /// <summary>The panels with the column and the row of their upper left corner.</summary>
    public static IEnumerable<(Panel Panel, int X, int Y)> Place(IEnumerable<Panel> panels)
    {
        var (x, y, height) = (0, 0, 0);
        foreach (var panel in panels)
        {
            if (x + panel.Width > Columns)
                (x, y, height) = (0, y + height, 0);
            yield return (panel, x, y);
            x += panel.Width;
            height = Math.Max(height, panel.Height);
        }
    }
}
