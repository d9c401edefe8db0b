namespace MarketData.ServiceDefaults;

/// <summary>One thing that is wrong in the configuration.</summary>
/// <param name="Origin">Where it comes from: a file with its line, an environment variable, the command line.</param>
/// <param name="Key">The key as written in TOML, or empty when the fault belongs to no key.</param>
/// <param name="Message">What is wrong and what to do, without any secret.</param>
public sealed record ConfigurationFault(string Origin, string Key, string Message)
{
    /// <summary>The fault as one line: origin, key and sentence.</summary>
    public override string ToString() => Key.Length == 0 ? $"{Origin}: {Message}" : $"{Origin}: {Key} {Message}";
}
