namespace Deribit.Client;

/// <summary>Where the reconnecting stands.</summary>
public enum DeribitBackoffState
{
    /// <summary>The connection has held long enough, or nothing has failed yet.</summary>
    Stable,

    /// <summary>The last connection failed or was lost early; the next loss waits longer.</summary>
    BackingOff,

    /// <summary>Too many failures in a row: nothing is tried until the circuit's time is over.</summary>
    CircuitOpen,

    /// <summary>One attempt after an open circuit: when it holds, the circuit closes; when it fails, the circuit opens again.</summary>
    HalfOpen,
}
