namespace MarketData.Dashboards.Model;

/// <summary>What to do when an alert fires: a page of docs/runbooks.</summary>
/// <param name="Alert">The alert's name, the page's title.</param>
/// <param name="Markdown">The rest of the page.</param>
internal sealed record Runbook(string Alert, string Markdown)
{
    /// <summary>All pages of a directory, by name.</summary>
    /// <exception cref="InvalidDataException">A page does not begin with its alert's name.</exception>
    public static IReadOnlyList<Runbook> ReadAll(string directory) =>
        [.. Directory.GetFiles(directory, "*.md").Order(StringComparer.Ordinal).Select(Read)];

    private static Runbook Read(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines is not [['#', ' ', .. var alert], ..])
            throw new InvalidDataException($"{path} must begin with '# ' and the alert's name.");
        return new Runbook(alert, string.Join('\n', lines.Skip(1)).Trim());
    }
}
