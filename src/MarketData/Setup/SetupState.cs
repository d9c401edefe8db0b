namespace MarketData.Setup;

/// <summary>What became of an attempt to make what a server must have.</summary>
public enum SetupState
{
    /// <summary>All of it is there.</summary>
    Done,

    /// <summary>The server is away or not ready; waiting may cure it.</summary>
    Away,

    /// <summary>The server refuses, or what it has contradicts this version; waiting cures nothing.</summary>
    Refused,
}
