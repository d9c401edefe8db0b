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
    private VenueTrade? _highest;
    private long? _stretchFirst;
    private int _known;
    private int _toldRefused;

    public VenueInstrument Instrument { get; } = instrument;

    /// <summary>Where the tape stands, as the collector's own checkpoint would say.</summary>
    public TradePosition? Position { get; private set; }

    public long Count => _published.Count;

    public int Holes => _holes.Count;

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

        if (!_published.Add(id))
            Fail($"trade {truth.Sequence} ({id}) was published twice.");
        var right = root.GetProperty("trade_seq").GetInt64() == truth.Sequence && root.GetProperty("price").GetDecimal() == truth.Price
            && root.GetProperty("amount").GetDecimal() == truth.Amount && root.GetProperty("timestamp").GetInt64() == truth.TimeUnixMs
            && root.GetProperty("direction").GetString() == (truth.IsBuy ? "buy" : "sell")
            && root.GetProperty("combo_id").GetString() == truth.ComboId
            && root.GetProperty("combo_trade_id").GetString() == truth.ComboTradeId;
        if (!right)
            Fail($"trade {truth.Sequence} was published as {root}, but is {truth}.");
        _stretchFirst ??= truth.Sequence;
        if (_highest is { } highest && truth.Epoch == highest.Epoch && truth.Sequence < highest.Sequence
            && truth.Sequence > _stretchFirst && !Within(_holes, truth.Sequence))
            Fail($"trade {truth.Sequence} was published after {highest.Sequence}, and no hole was declared.");
        if (_highest is null || truth.Epoch > _highest.Epoch || (truth.Epoch == _highest.Epoch && truth.Sequence > _highest.Sequence))
        {
            _highest = truth;
            Position = new TradePosition(truth.Sequence, truth.Id, truth.TimeUnixMs);
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
    public void BeginStretch() => _stretchFirst = null;

    /// <summary>The collector died with what it had not delivered. Returns when the last trade happened that it had delivered.</summary>
    public TimeSpan? ForgetUndelivered()
    {
        for (var i = Instrument.Trades.Count - 1; i >= 0; i--)
        {
            var trade = Instrument.Trades[i];
            if (_published.Contains(trade.Id))
                return trade.At;
            trade.Delivered = false;
        }

        return null;
    }

    /// <summary>Every trade that was given to the client is on the topic, and what is missing between two trades is declared.</summary>
    public void Settle()
    {
        var first = Instrument.Trades.FirstOrDefault(trade => _published.Contains(trade.Id));
        var last = Instrument.Trades.LastOrDefault(trade => _published.Contains(trade.Id));
        var begun = false;
        foreach (var trade in Instrument.Trades)
        {
            begun |= ReferenceEquals(trade, first);
            var published = _published.Contains(trade.Id);
            if (!published && trade.Delivered && !_refused.Contains(trade.Id))
                Fail($"trade {trade.Sequence} ({trade.Id}) at {trade.At.TotalSeconds:0.000} s reached the client and is not on the topic.");
            else if (!published && begun && !_refused.Contains(trade.Id) && !IsDeclared(trade))
                Fail($"trade {trade.Sequence} ({trade.Id}) at {trade.At.TotalSeconds:0.000} s is missing and not declared.");
            if (ReferenceEquals(trade, last))
                break;
        }
    }

    /// <summary>Stretches in which the instrument was not collected, or not heard of: nobody can declare what fell into them.</summary>
    public List<(TimeSpan From, TimeSpan To)> Absences { get; } = [];

    private bool IsDeclared(VenueTrade trade) =>
        Within(_holes, trade.Sequence) || Within(_givenUp, trade.Sequence)
        || IsBesideRestart(trade) || Absences.Exists(absence => trade.At >= absence.From && trade.At <= absence.To);

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
