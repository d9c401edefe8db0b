namespace MarketData.Soak.Faults;

/// <summary>A fault that waits for the next frames of one channel.</summary>
internal sealed class ArmedFrame(InjectedFault fault, int frames)
{
    public InjectedFault Fault { get; } = fault;

    /// <summary>Frames left to hit.</summary>
    public int Left { get; set; } = frames;
}
