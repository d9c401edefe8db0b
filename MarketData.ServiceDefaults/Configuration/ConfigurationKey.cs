namespace MarketData.ServiceDefaults;

/// <summary>One key that may appear in the configuration. Immutable.</summary>
/// <param name="Name">The full name in lower case, parts joined by colons, words by underscores: <c>kafka:bootstrap_servers</c>.</param>
/// <param name="Kind">What the value must look like.</param>
/// <param name="Default">The value when no source sets it, written as in TOML without quotes; list items are separated by commas.</param>
/// <param name="Description">What it decides, in one sentence.</param>
public sealed record ConfigurationKey(string Name, ConfigurationKind Kind, string Default, string Description)
{
    /// <summary>The smallest number allowed, inclusive. For <see cref="ConfigurationKind.List"/>: the fewest items.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest number allowed, inclusive.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>The only texts allowed; for <see cref="ConfigurationKind.Url"/> the only schemes. Empty: no restriction.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether an empty text is allowed.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Whether the value is a secret: refused in a TOML file, and never shown.</summary>
    public bool Secret { get; init; }

    /// <summary>The name as it is written in TOML: <c>kafka.bootstrap_servers</c>.</summary>
    public string DottedName => Name.Replace(':', '.');

    /// <summary>The first part of the name: <c>kafka</c>.</summary>
    public string Section => Name.Split(':')[0];
}
