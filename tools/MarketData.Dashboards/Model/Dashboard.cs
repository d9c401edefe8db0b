namespace MarketData.Dashboards.Model;

/// <summary>A page of panels.</summary>
/// <param name="Name">The file's name, and after <c>marketdata-</c> the uid.</param>
/// <param name="Title">What people look for.</param>
/// <param name="Description">What it answers.</param>
/// <param name="Panels">In reading order; they are laid out by their sizes.</param>
internal sealed record Dashboard(string Name, string Title, string Description, IReadOnlyList<Panel> Panels)
{
    /// <summary>What every uid begins with.</summary>
    public const string UidPrefix = "marketdata-";

    /// <summary>What people choose at the top.</summary>
    public IReadOnlyList<Variable> Variables { get; init; } = [];

    /// <summary>Its uid, part of every link to it.</summary>
    public string Uid => UidPrefix + Name;
}
