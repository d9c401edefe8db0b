namespace Deribit.Client;

/// <summary>
/// Maintenance or a lock of trading (<c>platform_state</c>): either <see cref="Maintenance"/> is set, or <see cref="PriceIndex"/> and
/// <see cref="Locked"/>. Immutable; may be kept.
/// </summary>
public sealed class DeribitPlatformState : DeribitMessage
{
    /// <summary>Whether a maintenance break begins; null when the frame is not about that.</summary>
    public bool? Maintenance { get; init; }

    /// <summary>The index whose instruments are locked or unlocked, for example <c>sol_usdc</c>; null when it is not about that.</summary>
    public string? PriceIndex { get; init; }

    /// <summary>Whether they are locked; null when the frame is not about that.</summary>
    public bool? Locked { get; init; }
}
