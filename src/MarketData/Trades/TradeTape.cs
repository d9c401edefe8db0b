namespace MarketData.Trades;

/// <summary>
/// The trades of one instrument, each published once and in sequence, and every hole in their sequence reported and repaired. Comes in:
/// trades in any order, pages of past trades, time. Goes out: trades not seen before, integrity events, and requests for what is missing.
/// Owns: the ranges of numbers seen, the open holes, and the trades that wait behind them. Runs on: the thread of the stream's pump, which
/// is the only caller.
/// <code>
/// the trade's number is     and                                         then
/// the first of all          -                                           published; numbers below it are not missed
/// the next one              -                                           published, unless a hole before it is open: then it waits
/// further on                -                                           trade_gap; it waits until the hole closes or is late
/// in a hole                 -                                           published in its turn; backfilled when none is missing any more
/// little below the first    the tape began there by itself              published (late)
/// known already             with the same id                            dropped, counted
/// known, or far below       too long ago to tell                        dropped, counted; the exchange is asked for its newest trade
/// known already             with another id                             the sequence started over: restarted event, published
/// known, or below the first and newer than the newest trade             the sequence started over: restarted event, published
/// </code>
/// A sequence that started over, and a jump beyond <see cref="TradeTapeOptions.MaxGap"/>, is never taken for millions of missing trades.
/// </summary>
public sealed partial class TradeTape
{
    private readonly TradeTapeSet _set;
    private readonly TradeTapeOptions _options;
    private readonly TimeProvider _time;
    private readonly SequenceRanges _seen = new();
    private readonly RecentTradeIds _recent;
    private readonly List<TradeHole> _holes = [];
    private readonly PriorityQueue<TradeEvent, long> _waiting = new();
    private TradeTapeCounts _counts;
    private long _epoch;
    private long _publishedEpoch;
    private long _highest;
    private long _timedAt;
    private int _complete;
    private bool _up;
    private bool _disconnected;
    private bool _proving;
    private IntegrityEvent? _opening;

    internal TradeTape(
        TradeTapeSet set, Instrument instrument, TradePosition? position, TradeTapeOptions options, TimeProvider time)
    {
        _set = set;
        Instrument = instrument;
        Key = instrument.Key;
        _options = options;
        _time = time;
        _recent = new RecentTradeIds(options.RecentTrades);
        if (position is not null) Resume(position);
    }

    /// <summary>The instrument.</summary>
    public Instrument Instrument { get; }

    /// <summary>The sink key; one string shared by every event of the tape.</summary>
    public string Key { get; }

    /// <summary>The highest sequence number that is known to exist; null before the first trade.</summary>
    public long? LastSequence => _seen.Count == 0 ? null : _highest;

    /// <summary>Whether the exchange has said that it knows no trade of the instrument, and none has come since.</summary>
    public bool IsEmpty => _beganEmpty && _seen.Count == 0 && _early.Count == 0;

    /// <summary>The exchange's time of the newest trade, in milliseconds since the Unix epoch; null before the first trade.</summary>
    public long? LastExchangeTimeUnixMs { get; private set; }

    /// <summary>What happened on this tape.</summary>
    public TradeTapeCounts Counts => _counts;

    /// <summary>The holes that are open, lowest first.</summary>
    public IReadOnlyList<TradeGap> OpenGaps => _holes.ConvertAll(hole => new TradeGap(hole.From, hole.To, hole.Missing));

    /// <summary>Whether it is not known yet where an earlier tape ended, and so what is missing before the first trade.</summary>
    internal bool AwaitsPosition { get; set; }

    /// <summary>Takes one trade, live or repaired.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="output">
    /// Takes the trade if it was not published before and no hole holds it back, trades that waited for it, and integrity events around
    /// them, in publishing order.
    /// </param>
    public void Accept(TradeEvent trade, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(trade);
        ArgumentNullException.ThrowIfNull(output);
        if (WaitsForSince(trade))
        {
            _set.LimitWaiting(output);
            return;
        }

        // What waits came before it.
        if (trade.Source == TradeSource.Live) LetOut(output);
        Take(trade, output);
    }

    private void Take(TradeEvent trade, List<MarketDataEvent> output)
    {
        var sequence = trade.TradeSequence;
        if (_seen.Count > 0 && sequence <= _highest && !Admit(trade, output)) return;
        if (_seen.Count > 0 && sequence > _highest) OnContinued(trade, output);
        if (_seen.Count == 0) OnBegun(trade, output);
        _recent.Add(sequence, trade.TradeId);
        _seen.Add(sequence);
        if (sequence > _highest) _highest = sequence;
        // Of the newest by number: an exchange's clock that was ahead for a while would otherwise make all that follows look old.
        if (sequence >= _timedAt) (_timedAt, LastExchangeTimeUnixMs) = (sequence, trade.ExchangeTimeUnixMs);
        var isOut = IsOut(trade);
        if (_holes.Count > 0) Place(trade, isOut, output);
        else if (!isOut) Publish(trade, _highest, output);
        while (_seen.Count > Math.Max(2, _options.MaxRanges)) GiveUpOldestHole(output);
    }

    /// <summary>
    /// A message with trades of the instrument could not be decoded. The tape asks what the exchange's newest trades are, so that the
    /// trades in it show as a hole at once.
    /// </summary>
    /// <param name="reason">What is wrong with the message, as a sentence.</param>
    /// <param name="raw">The message's bytes, copied into the event for the dead-letter topic.</param>
    /// <param name="output">Takes a <c>rejected</c> event.</param>
    public void Reject(string reason, ReadOnlySpan<byte> raw, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _counts.Rejected++;
        output.Add(Integrity(IntegrityKind.Rejected, reason) with { Raw = raw.ToArray() });
        AskWhatCameBehind();
    }

    /// <summary>The tape's channel is mute although the exchange has trades behind the newest one.</summary>
    /// <param name="reason">What was seen, as a sentence.</param>
    /// <param name="output">
    /// Takes a <c>stale</c> event, unless an interval is open already; the first live trade, or the answer after <see cref="Subscribed"/>,
    /// closes it.
    /// </param>
    public void Suspect(string reason, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_disconnected) return;
        _proving = true;
        OpenInterval(Integrity(IntegrityKind.Stale, reason), output);
    }

    /// <summary>Begins the ledger of the tape, which was just added.</summary>
    /// <param name="epoch">The newest connection's generation; stamped on the tape's integrity events until another one carries it.</param>
    /// <param name="connected">Whether the connection that carries the tape is up.</param>
    /// <param name="interruptedSinceUnixMs">Since when an earlier owner no longer proved it, in milliseconds since the Unix epoch; null when
    /// there was none.</param>
    /// <param name="interruptedBy">Why the earlier owner stopped, as a sentence.</param>
    /// <param name="output">Takes a <c>disconnected</c> event for an interruption or for what lies behind the tape's position, which the first
    /// live trade's <c>resynced</c> closes, and a <c>connected</c> event.</param>
    public void Begin(long epoch, bool connected, long? interruptedSinceUnixMs, string interruptedBy, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _epoch = epoch;
        if (interruptedSinceUnixMs is { } since) Interrupted(since, interruptedBy, output);
        else OpenResumed(output);
        if (connected) Connected(epoch, output);
    }

    /// <summary>A connection is up, and the tape's channel will be subscribed on it.</summary>
    /// <param name="epoch">
    /// The connection's generation; stamped on the tape's integrity events from now on. Never below an earlier one of the tape.
    /// </param>
    /// <param name="output">Takes a <c>connected</c> event. After a loss, the first live trade, or the answer to what is asked once the tape
    /// is <see cref="Subscribed"/>, brings its <c>resynced</c>.</param>
    public void Connected(long epoch, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Joined(epoch);
        OpenResumed(output);
        output.Add(Integrity(IntegrityKind.Connected, "The connection is up."));
    }

    private void Joined(long epoch)
    {
        _epoch = epoch;
        _up = true;
        _proving = _disconnected;
        ForgetCheck();
        // The sequence may have started over while nobody listened, and a live trade may come before the answer that tells.
        if (_seen.Count > 0 && !_unverified && !_rejoined) (_rejoined, _resumedAt) = (true, _highest);
    }

    // A tape that goes on behind a position: from that trade on nothing is proven, which one event says before the closing.
    internal void OpenResumed(List<MarketDataEvent> output)
    {
        if (_disconnected && _opening is null)
            OpenInterval(Integrity(IntegrityKind.Disconnected, $"The tape goes on behind trade {_highest}, where it ended before."), output);
    }

    // What an earlier owner of the instrument left open.
    internal void Interrupted(long sinceUnixMs, string reason, List<MarketDataEvent> output)
    {
        if (_seen.Count == 0) SinceUnixMs = sinceUnixMs;
        OpenInterval(Integrity(IntegrityKind.Disconnected, reason) with { FromTimeUnixMs = sinceUnixMs }, output);
    }

    /// <summary>The connection that carried the tape is gone: trades from here on are unproven.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="output">Takes a <c>disconnected</c> event, unless one is open already.</param>
    public void Disconnected(string reason, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _proving = false;
        _up = false;
        ForgetCheck();
        if (_disconnected) return;
        OpenInterval(Integrity(IntegrityKind.Disconnected, reason), output);
    }

    private void OpenInterval(IntegrityEvent opening, List<MarketDataEvent> output)
    {
        (_disconnected, _opening) = (true, opening);
        output.Add(opening);
    }

    // A number that is no news, or that another trade had: whether the trade is to be taken.
    private bool Admit(TradeEvent trade, List<MarketDataEvent> output)
    {
        var known = _seen.Contains(trade.TradeSequence);
        if (!known && trade.TradeSequence >= _seen.First) return true;
        if (trade.TradeSequence == _begunAt && _recent.Find(_begunAt) == trade.TradeId)
        {
            // The trade that the tape began behind is sent after all: the exchange's answer was ahead of its feed.
            _begunAt = _begunBehind = 0;
            Publish(trade, CompleteUpTo(), output);
            return false;
        }

        if (StartedOver(trade, out var id))
        {
            OnStartedOver(trade, id, output);
            return true;
        }

        if (!known && !_resumed && _seen.First - trade.TradeSequence <= _options.RecentTrades) return true;
        _counts.Duplicates++;
        if (id is null) Doubt(trade);
        return false;
    }

    private void OnBegun(TradeEvent trade, List<MarketDataEvent> output)
    {
        if (trade.Source != TradeSource.Live) return;
        _check = AsksSince ? TapeCheck.Newest : TapeCheck.None;
        // What came before is asked for first.
        if (_proving && SinceUnixMs is null) OnProven(null, trade.TradeSequence, trade, "The trades begin; what came before is not known.", output);
    }

    private IntegrityEvent Integrity(IntegrityKind kind, string detail, long? fromId, long? toId, TradeEvent trade) =>
        Integrity(kind, detail, fromId, toId) with
        {
            ExchangeTimeUnixMs = trade.ExchangeTimeUnixMs,
            ReceivedAtUnixNs = trade.ReceivedAtUnixNs,
            ToTimeUnixMs = trade.ExchangeTimeUnixMs,
        };

    private IntegrityEvent Integrity(IntegrityKind kind, string detail, long? fromId, long? toId) => new()
    {
        Exchange = Instrument.Exchange,
        InstrumentName = Instrument.Name,
        Key = Key,
        ExchangeTimeUnixMs = LastExchangeTimeUnixMs ?? 0,
        ReceivedAtUnixNs = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
        Epoch = _epoch,
        Channel = "trade",
        Kind = kind,
        FromId = fromId,
        ToId = toId,
        Detail = detail,
    };

    // Where the tape stands: the form for what concerns the whole tape rather than a hole.
    private IntegrityEvent Integrity(IntegrityKind kind, string detail) =>
        Integrity(kind, detail, LastSequence, null) with { FromTimeUnixMs = LastExchangeTimeUnixMs };
}
