using System.Text.Json;

using MarketData.Soak.Venue;
using MarketData.Trades;

namespace MarketData.Soak.Oracle;

/// <summary>One trade tape as a consumer of the topics sees it, held against the exchange's trades.</summary>
internal sealed class TradeReader(VenueInstrument instrument, Verdict verdict)
{
    private readonly Dictionary<string, VenueTrade> _truth = new(StringComparer.Ordinal);
    private readonly HashSet<string> _published = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly List<(long From, long To)> _holes = [];
    private readonly List<(long From, long To)> _filled = [];
    private readonly List<(long From, long To)> _givenUp = [];
    private readonly List<(long From, long To)> _interrupted = [];
    private readonly HashSet<string> _stretch = new(StringComparer.Ordinal);
    private TradePosition? _goesOnBehind;
    private VenueTrade? _highest;
    private readonly List<(long Last, VenueTrade First)> _untoldRestarts = [];
    private long? _stretchFirst;
    private bool _toldRestart;
    private int _known;
    private int _toldRefused;

    public VenueInstrument Instrument { get; } = instrument;

    public long Count => _published.Count;

    /// <summary>A hole that was declared and is not closed yet; null when there is none.</summary>
    public (long From, long To)? OpenHole =>
        _holes.FindIndex(hole => !_interrupted.Contains(hole) && !IsClosed(hole)) is >= 0 and var index ? _holes[index] : null;

    public int RefusalsUntold => _refused.Count - _toldRefused;

    public void Refused(string id) => _refused.Add(id);

    public void Take(JsonElement root)
    {
        var id = root.GetProperty("trade_id").GetString()!;
        if (Find(id) is not { } truth)
        {
            Fail($"trade {id} was published, which the exchange never had.");
            return;
        }

        if (!_published.Add(id) & (!_stretch.Add(id) || !MayRepeat(truth)))
            Fail($"trade {truth.Sequence} ({id}) was published twice.");
        var right = root.GetProperty("trade_seq").GetInt64() == truth.Sequence && root.GetProperty("price").GetDecimal() == truth.Price
            && root.GetProperty("amount").GetDecimal() == truth.Amount && root.GetProperty("timestamp").GetInt64() == truth.TimeUnixMs
            && root.GetProperty("direction").GetString() == (truth.IsBuy ? "buy" : "sell")
            && root.GetProperty("combo_id").GetString() == truth.ComboId
            && root.GetProperty("combo_trade_id").GetString() == truth.ComboTradeId;
        if (!right)
            Fail($"trade {truth.Sequence} was published as {root}, but is {truth}.");
        var epoch = _highest?.Epoch ?? (_goesOnBehind is { } position ? Find(position.TradeId)?.Epoch : null);
        if (truth.Epoch > epoch && !_toldRestart)
            _untoldRestarts.Add((_highest?.Sequence ?? _goesOnBehind!.TradeSequence, truth));
        if (truth.Epoch > epoch)
            _toldRestart = false;
        _stretchFirst ??= truth.Sequence;
        if (_highest is { } highest && truth.Epoch == highest.Epoch && truth.Sequence < highest.Sequence
            && truth.Sequence > _stretchFirst && !Within(_holes, truth.Sequence))
            Fail($"trade {truth.Sequence} was published after {highest.Sequence}, and no hole was declared.");
        if (_highest is null || truth.Epoch > _highest.Epoch || (truth.Epoch == _highest.Epoch && truth.Sequence > _highest.Sequence))
        {
            _highest = truth;
        }
    }

    public void TakeIntegrity(JsonElement root)
    {
        var kind = root.GetProperty("kind").GetString();
        if (kind is "trade_gap" or "backfilled" or "unrecoverable")
        {
            var range = (root.GetProperty("from_id").GetInt64(), root.GetProperty("to_id").GetInt64());
            (kind == "trade_gap" ? _holes : kind == "backfilled" ? _filled : _givenUp).Add(range);
        }
        else if (kind == "restarted")
        {
            (_toldRestart, _stretchFirst) = (true, null);
            // A trade behind time away may come out before the answer that tells. When the run ends before that answer, the next one goes on
            // behind the same number, and tells it from there.
            var last = root.GetProperty("from_id").GetInt64();
            _untoldRestarts.RemoveAll(one => one.Last == last || _stretch.Contains(one.First.Id));
        }
        else if (kind == "closed")
        {
            BeginStretch();
        }
        else if (kind == "rejected" && root.GetProperty("detail").GetString()!.StartsWith("Kafka refused", StringComparison.Ordinal))
        {
            _toldRefused++;
        }
    }

    /// <summary>A new stretch of collecting begins.</summary>
    public void BeginStretch()
    {
        (_stretchFirst, _highest, _toldRestart) = (null, null, false);
        _stretch.Clear();
    }

    /// <summary>
    /// The next stretch goes on behind a position: what comes to the topic behind it after the search may come again, what was found may not.
    /// </summary>
    public void GoesOn(TradePosition? position) => _goesOnBehind = position;

    /// <summary>The collector died with what it had not delivered. </summary>
    public void ForgetUndelivered()
    {
        _toldRefused = _refused.Count;
        for (var i = Instrument.Trades.Count - 1; i >= 0; i--)
        {
            var trade = Instrument.Trades[i];
            if (_published.Contains(trade.Id))
                return;
            trade.Delivered = false;
        }
    }

    /// <summary>The collector stopped; holes that are open stay as they are for whoever reads the ledger.</summary>
    public void EndRun()
    {
        _interrupted.AddRange(_holes.Where(hole => !IsClosed(hole)));
    }

    /// <summary>
    /// Every trade that was given to the client is on the topic; what is missing between two trades was given up, and only what could not
    /// be asked for was given up; every hole was closed.
    /// </summary>
    /// <param name="isKept">Whether the exchange can be asked for any trade, however old.</param>
    /// <param name="left">Where whoever collects the instrument next goes on; null when it was collected to the end.</param>
    public void Settle(bool isKept, TradePosition? left)
    {
        _goesOnBehind = left;
        var last = Instrument.Trades.LastOrDefault(trade => _published.Contains(trade.Id));
        var (begun, ended) = (false, last is null);
        foreach (var trade in Instrument.Trades)
        {
            var published = _published.Contains(trade.Id);
            begun |= published;
            if (!published && !_refused.Contains(trade.Id))
                Missing(trade, isKept, isInside: begun && !ended);
            ended |= ReferenceEquals(trade, last);
        }

        foreach (var (old, first) in _untoldRestarts.Where(one => IsTellable(one.Last, one.First, isKept)))
        {
            Fail($"trade {first.Sequence} ({first.Id}) at {first.At.TotalSeconds:0.000} s is of another sequence than number {old} before it, and the ledger "
                + "does not say that one started over.");
        }

        foreach (var hole in _holes.Where(hole => !IsClosed(hole) && !_interrupted.Contains(hole)))
            Fail($"the hole {hole.From}..{hole.To} was declared and never closed.");
    }

    private void Missing(VenueTrade trade, bool isKept, bool isInside)
    {
        if (trade.Delivered)
            Fail($"trade {trade.Sequence} ({trade.Id}) at {trade.At.TotalSeconds:0.000} s reached the client and is not on the topic.");
        else if (!isInside || IsBesideRestart(trade) || MayRepeat(trade) || (trade.Epoch < Instrument.Epoch && Within(_interrupted, trade.Sequence)))
            return;
        else if (!Within(_givenUp, trade.Sequence))
            Fail($"trade {trade.Sequence} ({trade.Id}) at {trade.At.TotalSeconds:0.000} s is missing and was not given up.");
        else if (isKept && trade.Epoch == Instrument.Epoch)
            Fail($"trade {trade.Sequence} ({trade.Id}) at {trade.At.TotalSeconds:0.000} s was given up, but the exchange could be asked for it.");
    }

    // Numbers that go back tell it, and so does the exchange, asked what it has under the last number of the old sequence. Numbers that go
    // on where the old ones ended tell nothing.
    private bool IsTellable(long last, VenueTrade first, bool isKept) =>
        first.Sequence <= last
        || (isKept && first.Sequence > last + 1 && Instrument.Trades.Any(one => one.Epoch == first.Epoch && one.Sequence == last));

    // Whether it is asked for by whoever goes on behind the position.
    private bool MayRepeat(VenueTrade trade) =>
        _goesOnBehind is { } position && Find(position.TradeId) is { } last && !position.Ahead.Any(known => known.TradeId == trade.Id)
        && (trade.Epoch > last.Epoch || (trade.Epoch == last.Epoch && trade.Sequence > last.Sequence));

    private bool IsClosed((long From, long To) hole)
    {
        // Range by range: a sequence that starts over far above looks like a hole of a thousand million numbers.
        var open = hole.From;
        foreach (var (from, to) in _filled.Concat(_givenUp).OrderBy(range => range.From))
        {
            if (from > open)
                break;
            open = Math.Max(open, to + 1);
        }

        return open > hole.To;
    }

    // Where the exchange's numbers start over, nobody can say how the old ones ended or how the new ones began.
    private bool IsBesideRestart(VenueTrade trade)
    {
        var ofEpoch = Instrument.Trades.Where(one => one.Epoch == trade.Epoch && _published.Contains(one.Id)).Select(one => one.Sequence).ToList();
        return (trade.Epoch > 0 && (ofEpoch.Count == 0 || trade.Sequence < ofEpoch.Min()))
            || (trade.Epoch < Instrument.Epoch && (ofEpoch.Count == 0 || trade.Sequence > ofEpoch.Max()));
    }

    private static bool Within(List<(long From, long To)> ranges, long sequence) =>
        ranges.Exists(range => sequence >= range.From && sequence <= range.To);

    // The exchange's list grows; it is indexed as far as it is needed.
    private VenueTrade? Find(string id)
    {
        for (; _known < Instrument.Trades.Count; _known++)
            _truth[Instrument.Trades[_known].Id] = Instrument.Trades[_known];
        return _truth.GetValueOrDefault(id);
    }

    private void Fail(string what) => verdict.Fail($"{Instrument.Name} trades: {what}");
}
