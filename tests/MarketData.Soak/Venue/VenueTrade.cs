namespace MarketData.Soak.Venue;

/// <summary>One true trade.</summary>
internal sealed record VenueTrade(
    int Epoch, long Sequence, string Id, decimal Price, decimal Amount, bool IsBuy, long TimeUnixMs, string? ComboId, string? ComboTradeId)
{
    /// <summary>When it happened, in virtual time.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Whether it was in a usable frame that the client read while it collected the instrument.</summary>
    public bool Delivered { get; set; }
}
