namespace MarketData.ServiceDefaults;

/// <summary>One value as a source gave it.</summary>
/// <param name="Name">The key as the source wrote it, parts joined by colons.</param>
/// <param name="Text">The value; list items are in <paramref name="Items"/> instead.</param>
/// <param name="Origin">Where it was found, for people.</param>
/// <param name="Shape">Its type, when the source has types; such sources are files, which may not hold secrets.</param>
/// <param name="Items">The items of a list.</param>
internal sealed record Setting(
    string Name, string Text, string Origin, SettingShape Shape = SettingShape.Untyped, IReadOnlyList<string>? Items = null)
{
    /// <summary>Whether the value stands in a TOML file.</summary>
    public bool InFile => Shape != SettingShape.Untyped;
}
