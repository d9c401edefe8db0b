namespace Deribit.Simulator.Hosting;

/// <summary>
/// Changes of the market over HTTP; every field is optional:
/// <c>{"maintenance":true,"lock_index":"btc_usd","unlock_index":"eth_usd",
/// "list":"BTC-28DEC29-1-C","expire":"BTC-29JUN29","allow_public":false}</c>.
/// An empty <c>list</c> takes the next instrument of the catalogue.
/// </summary>
internal sealed record MarketRequest
{
    public bool? Maintenance { get; init; }

    public string? LockIndex { get; init; }

    public string? UnlockIndex { get; init; }

    public string? List { get; init; }

    public string? Expire { get; init; }

    public bool? AllowPublic { get; init; }

    public int Advance { get; init; }

    public void Apply(SimulatorMarket market)
    {
        if (List is not null)
        {
            market.ListInstrument(List.Length == 0 ? null : List);
        }

        if (Expire is not null)
        {
            market.ExpireInstrument(Expire);
        }

        if (LockIndex is not null)
        {
            market.LockIndex(LockIndex, locked: true);
        }

        if (UnlockIndex is not null)
        {
            market.LockIndex(UnlockIndex, locked: false);
        }

        if (AllowPublic is { } allowed)
        {
            market.AllowPublicRequests(allowed);
        }

        if (Advance > 0)
        {
            market.Advance(Advance);
        }

        if (Maintenance is { } on)
        {
            market.SetMaintenance(on);
        }
    }
}
