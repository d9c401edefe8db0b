namespace MarketData.Pipeline;

/// <summary>How a lane does, and why.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">A reason code and a sentence, <c>code: sentence</c>, when the state is not <see cref="LaneState.Ready"/>; else empty.</param>
public sealed record LaneStatus(LaneState State, string Reason = "");
