using System.Globalization;

using Deribit.Client;
using MarketData.Books;

namespace MarketData.Deribit;

/// <content>What a decoded message may not contain although it can be read: prices that the exchange promises never to send.</content>
public sealed partial class DeribitExchange
{
    private bool IsOffTick(
        InstrumentRoute route, OrderBookSynchroniser synchroniser, DeribitBook book, ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        if (!route.Ticks.Holds)
            return false;
        var snapshot = book.Kind == DeribitBookKind.Snapshot;
        if (route.Ticks.FirstOff(bids, asks) is not { } price)
        {
            if (snapshot)
                route.Ticks.SnapshotFits();
            return false;
        }

        if (snapshot && !route.Ticks.RefuseSnapshot())
        {
            AdapterLog.TickRuleDropped(_logger, route.Instrument.Name, price);
            return false;
        }

        var reason = OffTick(route, price);
        AdapterLog.FrameRejected(_logger, book.Channel, reason);
        _books.Reject(synchroniser, reason, book.RawFrame, _output);
        return true;
    }

    // A trade that is refused leaves a hole in the sequence, which is repaired from the exchange's own record. Trades of a block or of a combo
    // have prices of their own.
    private bool IsOffTick(InstrumentRoute route, DeribitTrade trade, DeribitTrades trades)
    {
        if (!route.Ticks.Holds || trade.BlockTradeId is not null || trade.ComboId is not null || !route.Ticks.IsOff(trade.Price))
            return false;
        var reason = OffTick(route, trade.Price);
        Reject("trade", trades.Channel, route.Instrument.Name, reason, trades.RawFrame.ToArray(), trades);

        // Not only with the next trade, which may be hours away.
        _tapes.Find(route.Instrument.Name)?.AskWhatCameBehind();
        return true;
    }

    private static string OffTick(InstrumentRoute route, decimal price) => string.Create(
        CultureInfo.InvariantCulture, $"The price {price} is off the tick of {route.Instrument.Name}, {route.Instrument.TickSize}.");
}
