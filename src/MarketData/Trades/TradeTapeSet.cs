namespace MarketData.Trades;

/// <summary>
/// The room's main class: the trade tapes of one stream, one per instrument. Comes in: trades, pages of past trades, connection changes and
/// time. Goes out: trades, each once and in sequence, and integrity events, appended to the caller's list in publishing order; requests for
/// past trades. Owns: the tapes. Runs on: the thread of the stream's pump, which is the only caller.
/// </summary>
public sealed partial class TradeTapeSet
{
    private static readonly Comparer<TradeEvent> s_bySequence = Comparer<TradeEvent>.Create((left, right) =>
        string.CompareOrdinal(left.InstrumentName, right.InstrumentName) is var order and not 0
            ? order
            : left.TradeSequence.CompareTo(right.TradeSequence));

    private readonly Dictionary<string, TradeTape> _tapes = new(StringComparer.Ordinal);
    private readonly TradeTapeOptions _options;
    private readonly TimeProvider _time;
    private TradeTapeCounts _removed;

    /// <summary>Creates a set without tapes.</summary>
    /// <param name="options">How much the tapes remember.</param>
    /// <param name="time">The clock for events that no frame caused.</param>
    public TradeTapeSet(TradeTapeOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
    }

    /// <summary>The tapes, in no particular order.</summary>
    public IReadOnlyCollection<TradeTape> Tapes => _tapes.Values;

    /// <summary>What happened on all tapes, removed ones included.</summary>
    public TradeTapeCounts Counts
    {
        get
        {
            var sum = _removed;
            foreach (var tape in _tapes.Values) sum += tape.Counts;
            return sum;
        }
    }

    /// <summary>Starts the tape of an instrument, or finds the one that is there.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="position">
    /// Where an earlier tape of the instrument ended, so that everything behind it is fetched; null when none is known, and the tape begins
    /// with what comes now. Not looked at when the tape is there already.
    /// </param>
    /// <param name="awaitsPosition">
    /// Whether the position is asked for and not known yet; <see cref="Learn"/> or <see cref="LearnNone"/> says it later.
    /// </param>
    public TradeTape Add(Instrument instrument, TradePosition? position = null, bool awaitsPosition = false)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        if (_tapes.TryGetValue(instrument.Name, out var tape)) return tape;
        tape = new TradeTape(this, instrument, position, _options, _time) { AwaitsPosition = awaitsPosition };
        _tapes.Add(instrument.Name, tape);
        return tape;
    }

    /// <summary>Tells a tape that began without a position where an earlier tape of the instrument ended.</summary>
    /// <param name="instrumentName">The exchange's own name of the instrument; nothing happens when the set has no tape for it.</param>
    /// <param name="position">The position; one that the tape has passed already says nothing new.</param>
    /// <param name="output">Takes a <c>trade_gap</c> event when trades are missing before the tape's first.</param>
    public void Learn(string instrumentName, TradePosition position, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(output);
        if (_tapes.TryGetValue(instrumentName, out var tape)) tape.Learn(position, output);
    }

    /// <summary>Tells a tape that began without a position that there was no earlier tape of the instrument.</summary>
    /// <param name="instrumentName">The exchange's own name of the instrument; nothing happens when the set has no tape for it.</param>
    public void LearnNone(string instrumentName)
    {
        if (_tapes.TryGetValue(instrumentName, out var tape)) tape.LearnNone();
    }

    /// <summary>
    /// Tells a tape that began already that an earlier process had the instrument. Where that one's tape ended, once it is known, says more.
    /// </summary>
    /// <param name="instrumentName">The exchange's own name of the instrument; nothing happens when the set has no tape for it.</param>
    /// <param name="sinceUnixMs">Since when that one no longer proved it, in milliseconds since the Unix epoch.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="output">Takes a <c>disconnected</c> event, unless one is open already.</param>
    public void InterruptedBefore(string instrumentName, long sinceUnixMs, string reason, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_tapes.TryGetValue(instrumentName, out var tape)) tape.InterruptedBefore(sinceUnixMs, reason, output);
    }

    /// <summary>
    /// Ends a tape and forgets it; its counts stay in <see cref="Counts"/>, without what was missing. Trades that wait behind a hole are
    /// published first, and open holes get their closing events.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="reason">Why it ends, as a sentence.</param>
    /// <param name="output">Takes the trades and the events.</param>
    /// <param name="isHandedOver">
    /// Whether another owner may go on: live trades that wait for what came before them, of which no trade is published, are left to it then, and
    /// are published otherwise.
    /// </param>
    public void Remove(TradeTape tape, string reason, List<MarketDataEvent> output, bool isHandedOver = true)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(output);
        if (!_tapes.Remove(tape.Instrument.Name)) return;
        tape.Close(reason, output, isHandedOver);
        tape.ForgetBeginning();
        _removed += tape.Counts with { Missing = 0 };
    }

    /// <summary>
    /// The end of the stream: every tape publishes what waits behind a hole and closes its open holes; another owner goes on. The tapes stay,
    /// for their counts.
    /// </summary>
    /// <param name="reason">Why it ends, as a sentence.</param>
    /// <param name="output">Takes the trades and the events.</param>
    public void Close(string reason, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (var tape in _tapes.Values) tape.Close(reason, output, isHandedOver: true);
    }

    /// <summary>The tape of an instrument; null when there is none.</summary>
    /// <param name="instrumentName">The exchange's own name of the instrument.</param>
    public TradeTape? Find(string instrumentName) => _tapes.GetValueOrDefault(instrumentName);

    /// <summary>Takes one trade of any instrument of the set.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="output">Takes the trade, if it was not published before and nothing holds it back, and what goes with it.</param>
    /// <returns>False when the set has no tape for the instrument; the trade is then dropped.</returns>
    public bool Accept(TradeEvent trade, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(trade);
        if (!_tapes.TryGetValue(trade.InstrumentName, out var tape)) return false;
        tape.Accept(trade, output);
        return true;
    }

    /// <summary>
    /// Takes the trades of one message. Exchanges list them by time, which is not always by sequence; they are put in sequence first, so
    /// that a message in itself complete never shows as a hole.
    /// </summary>
    /// <param name="trades">The trades of any instruments of the set; sorted in place when need be.</param>
    /// <param name="output">Takes the trades that were not published before, and integrity events around them.</param>
    /// <returns>How many trades were dropped because the set has no tape for their instrument.</returns>
    public int Accept(List<TradeEvent> trades, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(trades);
        for (var i = 1; i < trades.Count; i++)
        {
            if (s_bySequence.Compare(trades[i - 1], trades[i]) <= 0) continue;
            trades.Sort(s_bySequence);
            break;
        }

        var dropped = 0;
        foreach (var trade in trades)
        {
            if (!Accept(trade, output)) dropped++;
        }

        return dropped;
    }
}
