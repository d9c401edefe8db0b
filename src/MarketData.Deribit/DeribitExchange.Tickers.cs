using Deribit.Client;

namespace MarketData.Deribit;

/// <content>
/// Tickers and their ledger. They have no sequence: the ledger can only say when the connection that carries them was there, and that the
/// first ticker after an interruption arrived.
/// </content>
public sealed partial class DeribitExchange
{
    private void ApplyTicker(DeribitTicker ticker, Shard shard)
    {
        if (RouteOf(ticker.InstrumentName, shard) is not { } route || route.Ending.HasFlag(DataKind.Ticker))
            return;
        WarnOnce("state", ticker.State, ticker.State is null || KnownStates.Contains(ticker.State));
        if (route.TickerWatch is { } watch)
        {
            watch.Spoke(_timeProvider.GetTimestamp());
            watch.Ahead = null;
        }

        if (route.TickerIsOpen)
        {
            route.TickerIsOpen = false;
            AddTicker(route, IntegrityKind.Resynced, "The first ticker after the interruption arrived.", route.TickerLostAtUnixMs, ticker);
        }

        route.TickerLostAtUnixMs = ticker.ExchangeTimeUnixMs;
        _output.Add(TickerTranslator.Translate(ticker, route));
    }

    private void BeginTicker(InstrumentRoute route, long? interruptedSinceUnixMs, string interruptedBy)
    {
        if (interruptedSinceUnixMs is { } since)
        {
            (route.TickerIsOpen, route.TickerLostAtUnixMs) = (true, since);
            AddTicker(route, IntegrityKind.Disconnected, interruptedBy, since);
        }

        if (route.Shard.IsUp)
            AddTicker(route, IntegrityKind.Connected, null, null);
    }

    // One opening until the next ticker closes it, whatever else happens meanwhile.
    private void OpenTicker(InstrumentRoute route, IntegrityKind kind, string reason)
    {
        if (route.TickerIsOpen)
            return;
        route.TickerIsOpen = true;
        AddTicker(route, kind, reason, route.TickerLostAtUnixMs);
    }

    private void AddTicker(InstrumentRoute route, IntegrityKind kind, string? detail, long? fromTimeUnixMs, DeribitTicker? closing = null) =>
        _output.Add(new IntegrityEvent
        {
            Exchange = ExchangeName,
            InstrumentName = route.Instrument.Name,
            Key = route.Key,
            ExchangeTimeUnixMs = closing?.ExchangeTimeUnixMs ?? fromTimeUnixMs ?? 0,
            ReceivedAtUnixNs = closing?.ReceivedAtUnixNs ?? UnixNow(),
            Epoch = route.Epoch,
            Channel = "ticker",
            Kind = kind,
            Detail = detail,
            FromTimeUnixMs = fromTimeUnixMs,
            ToTimeUnixMs = closing?.ExchangeTimeUnixMs,
        });
}
