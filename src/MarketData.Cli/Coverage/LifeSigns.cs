using MarketData.Coverage;
using MarketData.Kafka;

namespace MarketData.Cli.Coverage;

/// <summary>
/// Finds what collectors published of one stream on its own topic. Comes in: questions. Goes out: times of receipt. Owns: nothing but what it
/// read: a small topic is read once and remembered, of a large one only what lies near the time in question, each time.
/// </summary>
internal sealed class LifeSigns(KafkaTail tail, string topic, string key, bool everyPartition, TimeProvider clock)
{
    // Some seconds of reading. Brokers that cannot find a time, as the embedded one, never hold more.
    private const long FewRecords = 200_000;

    private const long FirstWindowMs = 30_000;

    private List<(string Source, long At)>? _remembered;
    private bool _isLarge;

    public async Task<long?> AnswerAsync(LifeSignQuestion question, CancellationToken stop)
    {
        if (_remembered is null && !_isLarge)
        {
            _isLarge = (await tail.HeldAsync(topic, key, everyPartition, stop)).Records > FewRecords;
            if (!_isLarge)
                _remembered = await ReadAllAsync(stop);
        }

        if (_remembered is not null)
        {
            var signs = _remembered.Where(sign => Answers(question, sign.Source, sign.At)).Select(sign => (long?)sign.At);
            return question.WantsLast ? signs.Max() : signs.Min();
        }

        return await SeekAsync(question, stop);
    }

    private async Task<List<(string Source, long At)>> ReadAllAsync(CancellationToken stop)
    {
        var signs = new List<(string, long)>();
        await foreach (var record in tail.ReadHistoryAsync(topic, key, null, everyPartition, stop))
        {
            if (Read(record) is { } sign)
                signs.Add(sign);
        }

        return signs;
    }

    private async Task<long?> SeekAsync(LifeSignQuestion question, CancellationToken stop)
    {
        var earliest = question.FromUnixMs - CoverageReader.SkewMs;
        if (!question.WantsLast)
            return await FindAsync(question, earliest, stop);
        // Backwards in ever wider windows: mostly the first one has it.
        var end = Math.Min(question.ToUnixMs, clock.GetUtcNow().ToUnixTimeMilliseconds());
        for (var window = FirstWindowMs; ; window *= 4)
        {
            var begin = Math.Max(end - window, earliest);
            var found = await FindAsync(question, begin, stop);
            if (found is not null || begin <= earliest)
                return found;
        }
    }

    private async Task<long?> FindAsync(LifeSignQuestion question, long sinceUnixMs, CancellationToken stop)
    {
        long? found = null;
        var until = question.ToUnixMs > long.MaxValue - CoverageReader.LatenessMs ? long.MaxValue : question.ToUnixMs + CoverageReader.LatenessMs;
        await foreach (var record in tail.ReadHistoryAsync(topic, key, sinceUnixMs, everyPartition, stop))
        {
            if (record.TimestampUnixMs > until && !everyPartition)
                break;
            if (Read(record) is not { } sign || !Answers(question, sign.Source, sign.At))
                continue;
            found = question.WantsLast ? Math.Max(found ?? sign.At, sign.At) : Math.Min(found ?? sign.At, sign.At);
            if (!question.WantsLast && !everyPartition)
                break;
        }

        return found;
    }

    private static bool Answers(LifeSignQuestion question, string source, long at) =>
        source == question.Source && at >= question.FromUnixMs && at <= question.ToUnixMs;

    private static (string Source, long At)? Read(KafkaRecord record) =>
        CoverageReader.Head(record) is { IsBackfill: false } head
            ? (CoverageReader.HeaderOf(record, "source"), (head.VerifiedAtUnixNs ?? head.ReceivedAtUnixNs) / 1_000_000)
            : null;
}
