using Deribit.Client;
using MarketData.Trades;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>
/// Tells quiet trade and ticker channels from mute ones. Comes in: time, and the exchange's answers. Goes out: <c>verified</c> and
/// <c>stale</c> events, and resubscriptions of mute channels, each alone. Owns: the resubscriptions under way. Driven by the stream's pump;
/// the calls run on the thread pool and touch nothing but the client.
/// <para>
/// A channel that has been silent for longer than it usually is, is asked about: its newest trade, or its ticker. Only when the exchange has
/// something that the channel still has not brought <see cref="CatchUpWithin"/> later is it mute, and subscribed anew. Nothing else is touched.
/// </para>
/// </summary>
internal sealed class ChannelProbes(
    ShardSet shards, IReadOnlyDictionary<string, InstrumentRoute> routes, TradeTapeSet tapes, IChannelLedger ledger,
    TimeSpan checkEvery, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan CatchUpWithin = TimeSpan.FromSeconds(5);

    private readonly long _checkEvery = checkEvery > TimeSpan.Zero ? (long)(checkEvery.TotalSeconds * time.TimestampFrequency) : long.MaxValue / 2;
    private readonly List<Repair> _repairs = [];

    /// <summary>How many channels send nothing although the exchange has news, and were subscribed anew in vain; and one of them.</summary>
    public (int Count, string Example) Mute { get; private set; }

    /// <summary>
    /// The next channel to ask about: one that is overdue before the routine ones, and of several the one that was asked about longest ago; null when
    /// there is none.
    /// </summary>
    /// <param name="includePlanned">Whether the exchange's budget has room for the routine ones too.</param>
    public (InstrumentRoute Route, DataKind Kind)? Take(bool includePlanned)
    {
        var now = time.GetTimestamp();
        ChannelWatch? next = null;
        (InstrumentRoute, DataKind)? taken = null;
        var isOverdue = false;
        foreach (var route in routes.Values.Where(route => route.Shard.IsUp))
        {
            if (route.TradeWatch is { } trade && tapes.Find(route.Instrument.Name) is { } tape && (tape.LastSequence is not null || tape.IsEmpty))
                Look(route, DataKind.Trade, trade, includePlanned);
            // Tickers come all the time: the routine look would prove nothing that the next ticker does not.
            if (route.TickerWatch is { } ticker)
                Look(route, DataKind.Ticker, ticker, includePlanned: false);
        }

        next?.IsBusy = true;
        return taken;

        void Look(InstrumentRoute route, DataKind kind, ChannelWatch watch, bool includePlanned)
        {
            if (watch.IsBusy || watch.Ahead is not null)
                return;
            var overdue = watch.IsOverdue(now);
            if (!overdue && (isOverdue || !includePlanned || now < watch.CheckAt))
                return;
            if (next is not null && overdue == isOverdue && watch.CheckAt >= next.CheckAt)
                return;
            (next, taken, isOverdue) = (watch, (route, kind), overdue);
        }
    }

    /// <summary>Asks the exchange what the channel should have brought by now: the newest trade's number, or the ticker's time.</summary>
    /// <returns>Null when there is nothing that it should have brought.</returns>
    public async Task<long?> AskAsync(InstrumentRoute route, DataKind kind, CancellationToken cancellationToken)
    {
        if (kind == DataKind.Trade)
        {
            var page = await shards.Caller.GetLastTradesByInstrumentAsync(route.Instrument.Name, count: 1, sorting: "desc", cancellationToken: cancellationToken);
            return page.Trades.Count == 0 ? null : page.Trades.Max(trade => trade.TradeSequence);
        }

        var book = await shards.Caller.GetOrderBookAsync(route.Instrument.Name, depth: 1, cancellationToken);
        return book.Ticker.State is null or "open" ? book.ExchangeTimeUnixMs : null;
    }

    /// <summary>The exchange answered, or did not (the call failed).</summary>
    public void Answered(InstrumentRoute route, DataKind kind, long? ahead, bool failed, List<MarketDataEvent> output)
    {
        var now = time.GetTimestamp();
        if (WatchOf(route, kind) is not { } watch)
            return;
        watch.IsBusy = false;
        watch.CheckAt = now + _checkEvery;
        watch.Cadence.Proven(now);
        if (failed)
            return;
        if (ahead is null)
        {
            if (kind == DataKind.Trade && tapes.Find(route.Instrument.Name) is { IsEmpty: true })
                ledger.Add(route, "trade", IntegrityKind.Verified, "The exchange knows no trade of the instrument.", 0, output);
            return;
        }

        (watch.Ahead, watch.AheadAt) = (ahead, now);
        if (kind == DataKind.Trade)
            TryVerify(route, watch, output);
    }

    /// <summary>Looks at what the exchange had ahead, and at the resubscriptions that ended.</summary>
    /// <param name="caughtUp">Whether no frame waits to be applied; while some do, nothing can be said to be missing.</param>
    /// <param name="output">Takes the events that result.</param>
    /// <param name="cancellationToken">Ends the resubscriptions.</param>
    public void Run(bool caughtUp, List<MarketDataEvent> output, CancellationToken cancellationToken)
    {
        Harvest();
        var limit = time.GetTimestamp() - (long)(CatchUpWithin.TotalSeconds * time.TimestampFrequency);
        var (mute, example) = (0, "");
        foreach (var route in routes.Values)
        {
            Count(route.TradeWatch);
            Count(route.TickerWatch);
            if (route.TradeWatch is { Ahead: not null } trade && !TryVerify(route, trade, output) && caughtUp && trade.AheadAt <= limit)
                Resubscribe(route, trade, DataKind.Trade, output, cancellationToken);
            if (route.TickerWatch is { Ahead: not null } ticker && caughtUp && ticker.AheadAt <= limit)
                Resubscribe(route, ticker, DataKind.Ticker, output, cancellationToken);
        }

        Mute = (mute, example);

        void Count(ChannelWatch? watch)
        {
            if (watch is { IsMute: true })
                (mute, example) = (mute + 1, watch.Channel);
        }
    }

    /// <summary>Waits for the resubscriptions under way, at the end of the stream.</summary>
    public async Task StopAsync()
    {
        foreach (var repair in _repairs)
            await ((Task)repair.Call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _repairs.Clear();
    }

    private static ChannelWatch? WatchOf(InstrumentRoute route, DataKind kind) => kind == DataKind.Trade ? route.TradeWatch : route.TickerWatch;

    private bool TryVerify(InstrumentRoute route, ChannelWatch watch, List<MarketDataEvent> output)
    {
        if (tapes.Find(route.Instrument.Name) is not { } tape || !(tape.LastSequence >= watch.Ahead))
            return false;
        if (tape.OpenGaps.Count == 0)
            ledger.Add(route, "trade", IntegrityKind.Verified, "The exchange has no trade behind the newest one.", watch.Ahead, output);
        watch.Ahead = null;
        return true;
    }

    private void Resubscribe(
        InstrumentRoute route, ChannelWatch watch, DataKind kind, List<MarketDataEvent> output, CancellationToken cancellationToken)
    {
        var ahead = watch.Ahead;
        watch.Reset();
        if (watch.IsBusy)
            return;
        watch.IsBusy = true;
        watch.Resubscriptions++;
        AdapterLog.ChannelMute(logger, watch.Channel);
        if (kind == DataKind.Trade && tapes.Find(route.Instrument.Name) is { } tape)
            tape.Suspect($"The exchange has trade {ahead}, but the channel has sent nothing{(tape.LastSequence is { } last ? $" after {last}" : "")}.", output);
        else if (kind == DataKind.Ticker)
            ledger.OpenTicker(route, "The exchange has a newer ticker, but the channel has sent none.", output);
        _repairs.Add(new Repair(watch, route.Shard.Client.ResubscribeAsync([watch.Channel], cancellationToken)));
    }

    private void Harvest()
    {
        for (var i = _repairs.Count - 1; i >= 0; i--)
        {
            var (watch, call) = _repairs[i];
            if (!call.IsCompleted)
                continue;
            _repairs.RemoveAt(i);
            watch.IsBusy = false;
            // What the exchange refused is tried again by the client; a lost connection brings every channel back by itself.
            if (!call.IsCompletedSuccessfully)
                AdapterLog.ResubscribeFailed(logger, 1, call.Exception?.InnerException?.Message ?? "cancelled");
        }
    }

    private sealed record Repair(ChannelWatch Watch, Task<IReadOnlyList<string>> Call);
}
