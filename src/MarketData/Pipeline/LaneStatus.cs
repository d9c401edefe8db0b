namespace MarketData.Pipeline;

/// <summary>How a lane does, and why.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">A reason code and a sentence, <c>code: sentence</c>, when the state is not <see cref="LaneState.Ready"/>; else empty.</param>
public sealed record LaneStatus(LaneState State, string Reason = "")
{
    /// <summary>Why the lane is not ready, as <c>code: sentence</c>; null when it is.</summary>
    /// <param name="lane">The lane's name, for a code where the lane itself gives none.</param>
    public string? Complaint(string lane) =>
        State == LaneState.Ready ? null
        : Reason.Length > 0 ? Reason
        : $"{lane}_{State.ToString().ToLowerInvariant()}: the lane is not ready.";
}
