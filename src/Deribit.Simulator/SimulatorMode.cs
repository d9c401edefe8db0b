namespace Deribit.Simulator;

/// <summary>Where the data come from.</summary>
public enum SimulatorMode
{
    /// <summary>A synthetic market.</summary>
    Market,

    /// <summary>Recorded frames.</summary>
    Replay,
}
