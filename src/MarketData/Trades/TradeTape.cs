namespace MarketData.Trades;

/// <summary>
/// The trades of one instrument, each published once, and every hole in their sequence reported. Comes in: trades in any order. Goes out:
/// trades not seen before, and integrity events. Owns: the ranges of numbers seen. Runs on: the thread of the stream's pump, which is the
/// only caller.
/// <code>
/// the trade's number is     and                                         then
/// the first of all          -                                           published; numbers below it are not missed
/// the next one              -                                           published
/// further on                -                                           trade_gap, published
/// in a hole                 -                                           published; backfilled when it was the last one missing
/// below the first           -                                           published (late)
/// known already             with the same id, or too long ago to tell   dropped, counted
/// known already             with another id                             the sequence started over: rejected event, published
/// known or far below        and newer than the newest trade             the sequence started over: rejected event, published
/// </code>
/// A sequence that started over, and a jump beyond <see cref="TradeTapeOptions.MaxGap"/>, is never taken for millions of missing trades.
/// </summary>
public sealed partial class TradeTape
{
    private readonly TradeTapeOptions _options;
    private readonly TimeProvider _time;
    private readonly SequenceRanges _seen = new();
    private readonly RecentTradeIds _recent;
    private readonly List<OpenGap> _gaps = [];
    private TradeTapeCounts _counts;
    private long _epoch;
    private bool _disconnected;
    private bool _proving;

    internal TradeTape(Instrument instrument, TradeTapeOptions options, TimeProvider time, long epoch)
    {
        Instrument = instrument;
        Key = instrument.Key;
        _options = options;
        _time = time;
        _epoch = epoch;
        _recent = new RecentTradeIds(options.RecentTrades);
    }

    /// <summary>The instrument.</summary>
    public Instrument Instrument { get; }

    /// <summary>The sink key; one string shared by every event of the tape.</summary>
    public string Key { get; }

    /// <summary>The highest sequence number seen; null before the first trade.</summary>
    public long? LastSequence => _seen.Count == 0 ? null : _seen.Last;

    /// <summary>The exchange's time of the newest trade, in milliseconds since the Unix epoch; null before the first trade.</summary>
    public long? LastExchangeTimeUnixMs { get; private set; }

    /// <summary>What happened on this tape.</summary>
    public TradeTapeCounts Counts => _counts;

    /// <summary>The holes that are open, lowest first.</summary>
    public IReadOnlyList<TradeGap> OpenGaps => _gaps.ConvertAll(gap => new TradeGap(gap.From, gap.To, gap.Missing));

    /// <summary>Takes one trade, live or repaired.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="output">Takes the trade if it was not published before, and integrity events around it, in publishing order.</param>
    public void Accept(TradeEvent trade, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(trade);
        ArgumentNullException.ThrowIfNull(output);
        var sequence = trade.TradeSequence;
        var known = _seen.Count > 0 && _seen.Contains(sequence);
        if (known || (_seen.Count > 0 && sequence < _seen.First))
        {
            if (StartedOver(trade, out var id))
            {
                OnStartedOver(trade, id, output);
            }
            else if (known)
            {
                _counts.Duplicates++;
                return;
            }
        }

        if (_seen.Count > 0 && sequence > _seen.Last) OnContinued(trade, output);
        if (_proving && trade.Source == TradeSource.Live && _seen.Count == 0) OnProven(trade, null, output);
        output.Add(trade);
        _counts.Published++;
        _recent.Add(sequence, trade.TradeId);
        _seen.Add(sequence);
        if (!(trade.ExchangeTimeUnixMs < LastExchangeTimeUnixMs)) LastExchangeTimeUnixMs = trade.ExchangeTimeUnixMs;
        Fill(trade, output);
        while (_seen.Count > Math.Max(2, _options.MaxRanges)) GiveUpOldestHole(output);
    }

    /// <summary>A message with trades of the instrument could not be decoded; the trades in it will show as a hole.</summary>
    /// <param name="reason">What is wrong with the message, as a sentence.</param>
    /// <param name="raw">The message's bytes, copied into the event for the dead-letter topic.</param>
    /// <param name="output">Takes a <c>rejected</c> event.</param>
    public void Reject(string reason, ReadOnlySpan<byte> raw, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _counts.Rejected++;
        output.Add(Integrity(IntegrityKind.Rejected, reason) with { Raw = raw.ToArray() });
    }

    internal void Connected(long epoch, List<MarketDataEvent> output)
    {
        _epoch = epoch;
        output.Add(Integrity(IntegrityKind.Connected, "The connection is up."));
        _proving = _disconnected;
    }

    // What an earlier owner of the instrument left open.
    internal void Interrupted(long sinceUnixMs, string reason, List<MarketDataEvent> output)
    {
        _disconnected = true;
        output.Add(Integrity(IntegrityKind.Disconnected, reason) with { FromTimeUnixMs = sinceUnixMs });
    }

    internal void Disconnected(string reason, List<MarketDataEvent> output)
    {
        _proving = false;
        if (_disconnected) return;
        _disconnected = true;
        output.Add(Integrity(IntegrityKind.Disconnected, reason));
    }
}
