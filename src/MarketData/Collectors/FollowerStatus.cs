namespace MarketData.Collectors;

/// <summary>What the follower of a collector says of itself; replaced as a whole.</summary>
/// <param name="Instruments">How many instruments are collected.</param>
/// <param name="Reasons">Reason codes of what keeps the collector from being ready.</param>
/// <param name="Warnings">Reason codes of what somebody should look at, while everything works.</param>
/// <param name="Elsewhere">Keys of the instruments that are asked for and another replica owns.</param>
internal sealed record FollowerStatus(
    int Instruments, IReadOnlyList<string> Reasons, IReadOnlyList<string> Warnings, IReadOnlySet<string> Elsewhere)
{
    /// <summary>Before the first set was applied.</summary>
    public static FollowerStatus Starting { get; } =
        new(0, ["symbols_unread: what is to be collected has not been read yet."], [], new HashSet<string>());
}
