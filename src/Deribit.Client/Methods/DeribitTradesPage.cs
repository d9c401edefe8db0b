namespace Deribit.Client;

/// <summary>One page of trades. Immutable; may be kept.</summary>
/// <param name="Trades">The trades in the order of the reply; do not rely on it unless <c>sorting</c> was given.</param>
/// <param name="HasMore">Whether the range goes on behind this page.</param>
public sealed record DeribitTradesPage(IReadOnlyList<DeribitTrade> Trades, bool HasMore)
{
    /// <summary>Our clock when the page arrived, in nanoseconds since the Unix epoch; 0 when unknown.</summary>
    public long ReceivedAtUnixNs { get; init; }
}
