using System.Diagnostics;

using Deribit.Client;
using MarketData.Telemetry;
using MarketData.Trades;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>
/// Asks the exchange for the past trades that the <see cref="TradeTapeSet"/> wants. Comes in: requests. Goes out: the exchange's trades, to
/// the tape that asked. Owns: the few calls under way; a call is made only while half of the exchange's budget would be left, so that books
/// are resubscribed first. Started and harvested by the stream's pump; the calls themselves run on the thread pool and touch nothing but
/// the client.
/// </summary>
/// <param name="shards">The main host, over any connection.</param>
/// <param name="archive">The history host; null when there is none.</param>
/// <param name="budget">The budget that every call of this process shares.</param>
/// <param name="tapes">The tapes.</param>
/// <param name="routes">The instruments collected now, by name.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures go.</param>
internal sealed class TradeRepairRunner(
    ShardSet shards, IDeribitCaller? archive, DeribitCallBudget budget, TradeTapeSet tapes,
    IReadOnlyDictionary<string, InstrumentRoute> routes, TimeProvider time, ILogger logger)
{
    // With the exchange's answer in some 50 ms these use up all of the 20 calls a second that the budget gives, and no more memory than this
    // many pages.
    private const int MaxUnderWay = 4;

    // An exchange that refuses everything would fill the log.
    private static readonly TimeSpan LogPause = TimeSpan.FromSeconds(10);

    private readonly List<Attempt> _underWay = [];
    private long? _loggedAt;
    private long _unlogged;

    /// <summary>Starts what is due, unless enough is under way or the budget is needed for better things.</summary>
    public void Start(CancellationToken cancellationToken)
    {
        // In maintenance every call is refused: what is due waits for its end.
        while (_underWay.Count < MaxUnderWay && !shards.InMaintenance && budget.HasSpare && tapes.TakeRequest() is { } request)
        {
            var span = request.Span == default ? null : Spans.Begin("trades.fetch", request.Span)
                ?.SetTag("marketdata.key", request.Tape.Instrument.Key)
                .SetTag("marketdata.from_id", request.FromSequence).SetTag("marketdata.archive", request.FromArchive);
            _underWay.Add(new Attempt(request, Spans.Within(span, () => CallAsync(request, cancellationToken)), span));
        }
    }

    /// <summary>Hands the answers to their tapes.</summary>
    /// <param name="output">Takes what the tapes publish.</param>
    public void Harvest(List<MarketDataEvent> output)
    {
        for (var i = 0; i < _underWay.Count;)
        {
            if (!_underWay[i].Call.IsCompleted)
            {
                i++;
                continue;
            }

            var attempt = _underWay[i];
            _underWay.RemoveAt(i);
            Report(attempt, output);
            attempt.Span?.Dispose();
        }
    }

    /// <summary>Waits for the calls under way, at the end of the stream, and hands over what they brought.</summary>
    /// <param name="output">Takes what the tapes publish.</param>
    public async Task StopAsync(List<MarketDataEvent> output)
    {
        foreach (var attempt in _underWay)
            await ((Task)attempt.Call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Harvest(output);
    }

    private Task<DeribitTradesPage> CallAsync(TradeRequest request, CancellationToken cancellationToken)
    {
        var (caller, name) = (request.FromArchive && archive is not null ? archive : (IDeribitCaller)shards.Caller, request.Tape.Instrument.Name);
        return request.Kind == TradeRequestKind.Newest
            ? caller.GetLastTradesByInstrumentAsync(name, count: request.Count, sorting: "desc", cancellationToken: cancellationToken)
            : caller.GetLastTradesByInstrumentAsync(
                name, request.FromSequence, request.ToSequence, DeribitMarketDataMethods.MaxTradesPerPage, "asc", cancellationToken);
    }

    private void Report(Attempt attempt, List<MarketDataEvent> output)
    {
        var tape = attempt.Request.Tape;
        if (attempt.Call.IsCompletedSuccessfully)
        {
            var page = attempt.Call.GetAwaiter().GetResult();
            // An instrument that is no longer collected has closed its tape, which ignores the answer.
            if (routes.TryGetValue(tape.Instrument.Name, out var route))
                tape.Answered(attempt.Request, Translate(page, route), page.HasMore, output);
            return;
        }

        var exception = attempt.Call.Exception?.InnerException;
        var reason = exception?.Message ?? "The call was cancelled.";
        attempt.Span?.SetStatus(ActivityStatusCode.Error, reason);
        if (!attempt.Call.IsCanceled)
            LogFailure(attempt.Request, reason);
        tape.Failed(attempt.Request, reason, exception is DeribitRpcException { IsTransient: false }, output);
    }

    private void LogFailure(TradeRequest request, string reason)
    {
        if (_loggedAt is { } loggedAt && time.GetElapsedTime(loggedAt) < LogPause)
        {
            _unlogged++;
            return;
        }

        AdapterLog.TradeRepairFailed(
            logger, request.Tape.Instrument.Name, request.FromSequence, request.ToSequence, _unlogged, LogText.Of(reason));
        (_loggedAt, _unlogged) = (time.GetTimestamp(), 0);
    }

    private static List<TradeEvent> Translate(DeribitTradesPage page, InstrumentRoute route) =>
    [
        .. page.Trades
            .Where(trade => trade.InstrumentName == route.Instrument.Name)
            .Select(trade => TradeTranslator.Translate(trade, route, page.ReceivedAtUnixNs, TradeSource.Backfill)),
    ];

    private sealed record Attempt(TradeRequest Request, Task<DeribitTradesPage> Call, Activity? Span);
}
