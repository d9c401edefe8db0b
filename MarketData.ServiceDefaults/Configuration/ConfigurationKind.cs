namespace MarketData.ServiceDefaults;

/// <summary>What a configuration value must look like.</summary>
public enum ConfigurationKind
{
    /// <summary>Any text, or one of <see cref="ConfigurationKey.Choices"/> when there are any.</summary>
    Text,

    /// <summary>A whole number within <see cref="ConfigurationKey.Minimum"/> and <see cref="ConfigurationKey.Maximum"/>.</summary>
    WholeNumber,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A duration, written as a plain number of seconds; fractions are allowed.</summary>
    Seconds,

    /// <summary>An absolute URL whose scheme is one of <see cref="ConfigurationKey.Choices"/>.</summary>
    Url,

    /// <summary>A list of distinct texts. From an environment variable or the command line: one text, separated by commas.</summary>
    List,
}
