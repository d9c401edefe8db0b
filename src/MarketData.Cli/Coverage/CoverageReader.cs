using System.Globalization;

using MarketData.Coverage;
using MarketData.Events;
using MarketData.Kafka;

namespace MarketData.Cli.Coverage;

/// <summary>
/// Brings what the coverage of one key needs from Kafka. Comes in: topics. Goes out: the ledger, the trades' numbers, and answers to
/// questions about life signs, which are looked for near the time in question only: an order book topic is far too large to read whole.
/// </summary>
internal sealed class CoverageReader(KafkaTail tail, KafkaTopics topics, string key, bool everyPartition, TimeProvider clock)
{
    // How much later than its receipt Kafka may date a record: the queue, a retry, a spill that is sent after an outage.
    public const long LatenessMs = 15 * 60_000;

    // Clocks of exchange, collector and broker differ a little.
    public const long SkewMs = 60_000;

    private readonly Dictionary<LifeSignQuestion, long?> _answers = [];
    private readonly HashSet<LifeSignQuestion> _open = [];
    private readonly Dictionary<string, LifeSigns> _signs = [];

    /// <summary>Events of the ledger that this version does not know, or that are broken.</summary>
    public int NotUnderstood { get; private set; }

    /// <summary>Whether Kafka has anything of the key in its ledger or, near the interval, among its trades.</summary>
    public bool KnowsKey { get; private set; }

    /// <summary>What is being read, for one who waits.</summary>
    public string Doing { get; private set; } = "connecting";

    /// <summary>What an event says of itself; null when it says nothing that is understood.</summary>
    public static EventHead? Head(KafkaRecord record) =>
        record.Value is { } json && EventReader.ReadHead(json, out var head) == EventRead.Ok ? head : null;

    /// <summary>A header's value; empty when there is none.</summary>
    public static string HeaderOf(KafkaRecord record, string name) => record.Headers.FirstOrDefault(header => header.Key == name).Value ?? "";

    public async Task<CoverageReport> ReadAsync(long fromUnixMs, long toUnixMs, CancellationToken stop)
    {
        var ledger = await LedgerAsync(stop);
        var trades = await TradesAsync(fromUnixMs, stop);
        KnowsKey = ledger.Count > 0 || trades.Count > 0 || NotUnderstood > 0;
        Dictionary<string, long?>? heldFrom = null;
        while (true)
        {
            _open.Clear();
            var report = CoverageAnalysis.Analyse(
                key, fromUnixMs, toUnixMs, ledger, trades, Known, heldFrom: channel => heldFrom?.GetValueOrDefault(channel));
            if (_open.Count == 0 && heldFrom is not null)
                return report;
            foreach (var question in _open)
            {
                Doing = $"looking on {TopicOf(question.Channel)} for what {question.Source} published";
                _answers[question] = await SignsOf(question.Channel).AnswerAsync(question, stop);
            }

            // After the answers: what disappeared before them is not taken for what never was.
            heldFrom = _open.Count == 0 ? await HeldFromAsync(stop) : null;
        }
    }

    private long? Known(LifeSignQuestion question)
    {
        if (_answers.TryGetValue(question, out var answer))
            return answer;
        _open.Add(question);
        return null;
    }

    private async Task<List<LedgerEntry>> LedgerAsync(CancellationToken stop)
    {
        var entries = new List<LedgerEntry>();
        Doing = $"reading {topics.Integrity}";
        await foreach (var record in tail.ReadHistoryAsync(topics.Integrity, key, null, everyPartition, stop))
        {
            var epoch = long.TryParse(HeaderOf(record, "epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            if (record.Value is { } json && EventReader.ReadIntegrity(json, epoch, out var integrity) == EventRead.Ok && integrity!.Key == key)
                entries.Add(new LedgerEntry(integrity, HeaderOf(record, "source"), record.TimestampUnixMs));
            else
                NotUnderstood++;
        }

        // Between partitions there is no order but that of time.
        return everyPartition ? [.. entries.OrderBy(entry => entry.RecordedAtUnixMs)] : entries;
    }

    private async Task<List<TradeMark>> TradesAsync(long fromUnixMs, CancellationToken stop)
    {
        var trades = new List<TradeMark>();
        Doing = $"reading {topics.Trades}";
        await foreach (var record in tail.ReadHistoryAsync(topics.Trades, key, fromUnixMs - LatenessMs, everyPartition, stop))
        {
            if (Head(record) is { TradeSequence: not null, TradeId: not null } trade)
                trades.Add(new TradeMark(trade.TradeSequence.Value, trade.TradeId, trade.ExchangeTimeUnixMs, trade.IsBackfill));
        }

        return trades;
    }

    private LifeSigns SignsOf(string channel)
    {
        if (!_signs.TryGetValue(channel, out var signs))
            _signs[channel] = signs = new LifeSigns(tail, TopicOf(channel), key, everyPartition, clock);
        return signs;
    }

    private async Task<Dictionary<string, long?>> HeldFromAsync(CancellationToken stop)
    {
        var heldFrom = new Dictionary<string, long?>();
        foreach (var channel in CoverageAnalysis.Channels)
        {
            Doing = $"looking how far {TopicOf(channel)} goes back";
            var held = await tail.HeldAsync(TopicOf(channel), key, everyPartition, stop);
            heldFrom[channel] = held.CompleteFromUnixMs is { } from and < long.MaxValue ? from + SkewMs : held.CompleteFromUnixMs;
        }

        return heldFrom;
    }

    private string TopicOf(string channel) => channel switch
    {
        "orderbook" => topics.OrderBook,
        "trade" => topics.Trades,
        _ => topics.Ticker,
    };
}
