using Deribit.Client;
using MarketData.Backfill;

namespace MarketData.Deribit.Past;

/// <summary>
/// One host's trades. The main host keeps about a day: a range that begins earlier is silently shifted to the oldest trade kept, one that is
/// wholly earlier is empty, both without an error (observed, 2026-09).
/// </summary>
internal sealed class DeribitPastTrades(PastCaller host) : IPastTrades
{
    // No number is lower: a range from here on begins with the oldest trade kept.
    private const long LowestSequence = 1;

    public int PageTrades => DeribitMarketDataMethods.MaxTradesPerPage;

    public Task<long> ReadTimeAsync(CancellationToken cancellationToken) => host.ReadTimeAsync(cancellationToken);

    public async Task<IReadOnlyList<TradeEvent>> ReadBeforeAsync(
        Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken) =>
        [.. (await AskAsync(
            instrument,
            caller => caller.GetLastTradesByInstrumentAndTimeAsync(
                instrument.Name, null, beforeUnixMs - 1, PageTrades, "desc", cancellationToken),
            cancellationToken)).Where(trade => trade.ExchangeTimeUnixMs < beforeUnixMs)];

    public async Task<IReadOnlyList<TradeEvent>> ReadFromAsync(
        Instrument instrument, long fromUnixMs, CancellationToken cancellationToken) =>
        [.. (await AskAsync(
            instrument,
            caller => caller.GetLastTradesByInstrumentAndTimeAsync(instrument.Name, fromUnixMs, null, PageTrades, "asc", cancellationToken),
            cancellationToken)).Where(trade => trade.ExchangeTimeUnixMs >= fromUnixMs)];

    public async Task<TradeEvent?> OldestAsync(Instrument instrument, CancellationToken cancellationToken) =>
        await AskAsync(
            instrument,
            caller => caller.GetLastTradesByInstrumentAsync(instrument.Name, LowestSequence, null, 1, "asc", cancellationToken),
            cancellationToken) is [var oldest, ..] ? oldest : null;

    public Task<IReadOnlyList<TradeEvent>> ReadAsync(
        Instrument instrument, long fromSequence, long toSequence, CancellationToken cancellationToken) => AskAsync(
            instrument,
            caller => caller.GetLastTradesByInstrumentAsync(
                instrument.Name, fromSequence, toSequence, PageTrades, "asc", cancellationToken),
            cancellationToken);

    private async Task<IReadOnlyList<TradeEvent>> AskAsync(
        Instrument instrument, Func<IDeribitCaller, Task<DeribitTradesPage>> call, CancellationToken cancellationToken)
    {
        if (await host.AskAsync(call, cancellationToken) is not { } page)
            return [];
        var (key, isCombo) = (instrument.Key, InstrumentRoute.IsComboKind(instrument.Kind));

        // Of an instrument that is gone the kind may not be known; only a combo's trades have legs.
        return
        [
            .. page.Trades.Where(trade => trade.InstrumentName == instrument.Name).Select(trade => TradeTranslator.Translate(
                trade, instrument.Name, key, isCombo || trade.Legs is not null, epoch: 0, page.ReceivedAtUnixNs, TradeSource.Backfill)),
        ];
    }
}
