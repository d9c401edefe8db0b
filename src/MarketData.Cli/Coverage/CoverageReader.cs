using System.Globalization;

using MarketData.Coverage;
using MarketData.Events;
using MarketData.Kafka;

namespace MarketData.Cli.Coverage;

/// <summary>
/// Brings what the coverage of one key needs from Kafka. Comes in: topics. Goes out: the ledger, the trades' numbers, and answers to
/// questions about life signs, which are looked for near the time in question only: an order book topic is far too large to read whole.
/// </summary>
internal sealed class CoverageReader(KafkaTail tail, KafkaTopics topics, string key, bool everyPartition)
{
    // How much later than its receipt Kafka may date a record: the queue, a retry, a spill that is sent after an outage.
    private const long LatenessMs = 15 * 60_000;

    // Clocks of exchange, collector and broker differ a little.
    private const long SkewMs = 60_000;

    private const long FirstWindowMs = 30_000;

    private readonly Dictionary<LifeSignQuestion, long?> _answers = [];
    private readonly HashSet<LifeSignQuestion> _open = [];

    /// <summary>Events of the ledger that this version does not know, or that are broken.</summary>
    public int NotUnderstood { get; private set; }

    public async Task<CoverageReport> ReadAsync(long fromUnixMs, long toUnixMs, CancellationToken stop)
    {
        var ledger = await LedgerAsync(stop);
        var trades = await TradesAsync(fromUnixMs, stop);
        while (true)
        {
            _open.Clear();
            var report = CoverageAnalysis.Analyse(key, fromUnixMs, toUnixMs, ledger, trades, Known);
            if (_open.Count == 0)
                return report;
            foreach (var question in _open)
                _answers[question] = await AnswerAsync(question, stop);
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
        await foreach (var record in tail.ReadHistoryAsync(topics.Trades, key, fromUnixMs - LatenessMs, everyPartition, stop))
        {
            if (Head(record) is { TradeSequence: not null, TradeId: not null } trade)
                trades.Add(new TradeMark(trade.TradeSequence.Value, trade.TradeId, trade.ExchangeTimeUnixMs, trade.IsBackfill));
        }

        return trades;
    }

    private async Task<long?> AnswerAsync(LifeSignQuestion question, CancellationToken stop)
    {
        if (!question.WantsLast)
            return await FindAsync(question, question.FromUnixMs - SkewMs, stop);
        // Backwards in ever wider windows: mostly the first one has it.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var end = Math.Min(question.ToUnixMs, now);
        for (var window = FirstWindowMs; ; window *= 4)
        {
            var begin = Math.Max(end - window, question.FromUnixMs - SkewMs);
            var found = await FindAsync(question, begin, stop);
            if (found is not null || begin <= question.FromUnixMs)
                return found;
        }
    }

    private async Task<long?> FindAsync(LifeSignQuestion question, long sinceUnixMs, CancellationToken stop)
    {
        long? found = null;
        var until = question.ToUnixMs > long.MaxValue - LatenessMs ? long.MaxValue : question.ToUnixMs + LatenessMs;
        await foreach (var record in tail.ReadHistoryAsync(TopicOf(question.Channel), key, sinceUnixMs, everyPartition, stop))
        {
            if (record.TimestampUnixMs > until && !everyPartition)
                break;
            if (HeaderOf(record, "source") != question.Source || Head(record) is not { IsBackfill: false } head)
                continue;
            var at = (head.VerifiedAtUnixNs ?? head.ReceivedAtUnixNs) / 1_000_000;
            if (at < question.FromUnixMs || at > question.ToUnixMs)
                continue;
            found = question.WantsLast ? Math.Max(found ?? at, at) : Math.Min(found ?? at, at);
            if (!question.WantsLast && !everyPartition)
                break;
        }

        return found;
    }

    private string TopicOf(string channel) => channel switch
    {
        "orderbook" => topics.OrderBook,
        "trade" => topics.Trades,
        _ => topics.Ticker,
    };

    private static EventHead? Head(KafkaRecord record) =>
        record.Value is { } json && EventReader.ReadHead(json, out var head) == EventRead.Ok ? head : null;

    private static string HeaderOf(KafkaRecord record, string name) => record.Headers.FirstOrDefault(header => header.Key == name).Value ?? "";
}
