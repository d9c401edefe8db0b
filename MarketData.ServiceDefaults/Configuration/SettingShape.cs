namespace MarketData.ServiceDefaults;

/// <summary>The type that a source gave a value.</summary>
internal enum SettingShape
{
    /// <summary>The source has no types: environment, .env, command line.</summary>
    Untyped,

    /// <summary>A TOML string.</summary>
    Text,

    /// <summary>A TOML integer.</summary>
    Integer,

    /// <summary>A TOML float.</summary>
    Number,

    /// <summary>A TOML boolean.</summary>
    Boolean,

    /// <summary>A TOML array of strings.</summary>
    List,

    /// <summary>Anything else that TOML has: dates, arrays of tables, arrays of numbers.</summary>
    Other,
}
