namespace MarketData.Pipeline;

/// <summary>One lane as the pipeline sees it, for health and for the live table.</summary>
/// <param name="Name">The sink's name.</param>
/// <param name="Status">
/// The lane's own status; <see cref="LaneState.Degraded"/> with the code <c>lane_fault</c> when the lane calls itself ready although its
/// latest event was refused with an exception.
/// </param>
/// <param name="Counters">The lane's counters, live.</param>
/// <param name="Faults">How many events the lane refused with an exception since the start.</param>
public sealed record LaneReport(string Name, LaneStatus Status, LaneCounters Counters, long Faults);
