using MarketData.Coverage;

namespace MarketData.Tests.Coverage;

/// <summary>A ledger, trades and life signs in short form. Times are in seconds; the interval that is asked about is 100 to 200.</summary>
internal sealed class CoverageRig(string channel)
{
    public const string Key = "x.A-B";

    private readonly List<LedgerEntry> _entries = [];
    private readonly List<TradeMark> _trades = [];
    private readonly List<(string Source, long AtUnixMs)> _signs = [];

    private long? _heldFrom;

    public IReadOnlyList<LedgerEntry> Entries => _entries;

    public IReadOnlyList<TradeMark> Trades => _trades;

    /// <summary>Adds an event at a time of our clock.</summary>
    public CoverageRig Event(
        double at, IntegrityKind kind, double? from = null, double? to = null, long? fromId = null, long? toId = null,
        string source = "one", long epoch = 1, string? detail = null, double? lastAt = null)
    {
        _entries.Add(new LedgerEntry(
            new IntegrityEvent
            {
                Exchange = "x",
                InstrumentName = "A-B",
                Key = Key,
                ExchangeTimeUnixMs = lastAt is { } last ? Ms(last) : 0,
                ReceivedAtUnixNs = Ms(at) * 1_000_000,
                Epoch = epoch,
                Channel = channel,
                Kind = kind,
                FromId = fromId,
                ToId = toId,
                FromTimeUnixMs = from is { } begin ? Ms(begin) : null,
                ToTimeUnixMs = to is { } end ? Ms(end) : null,
                Detail = detail,
            },
            source,
            Ms(at)));
        return this;
    }

    /// <summary>Adds data on the channel's own topic.</summary>
    public CoverageRig Data(double at, string source = "one")
    {
        _signs.Add((source, Ms(at)));
        return this;
    }

    /// <summary>The channel's topic holds nothing older than that time.</summary>
    public CoverageRig HeldFrom(double at)
    {
        _heldFrom = Ms(at);
        return this;
    }

    /// <summary>Adds trades with one second between them.</summary>
    public CoverageRig Numbers(double at, long from, long to, bool isBackfill = false, string prefix = "t")
    {
        for (var sequence = from; sequence <= to; sequence++)
            _trades.Add(new TradeMark(sequence, $"{prefix}{sequence}", Ms(at + sequence - from), isBackfill));
        return this;
    }

    public CoverageRig Repeat(int index)
    {
        _entries.Add(_entries[index] with { RecordedAtUnixMs = _entries[index].RecordedAtUnixMs + 1 });
        return this;
    }

    public ChannelCoverage Coverage(double from = 100, double to = 200) =>
        Assert.Single(CoverageAnalysis.Analyse(Key, Ms(from), Ms(to), _entries, _trades, Answer, [channel], _ => _heldFrom).Channels);

    /// <summary>The intervals as text: <c>100-150 complete, 150-200 incomplete gap</c>.</summary>
    public string Intervals(double from = 100, double to = 200) => string.Join(", ", Coverage(from, to).Intervals.Select(interval =>
        FormattableString.Invariant($"{interval.FromUnixMs / 1000.0}-{interval.ToUnixMs / 1000.0} {interval.State}") +
        (interval.Cause == CoverageCause.None ? "" : $" {interval.Cause}")));

    private long? Answer(LifeSignQuestion question)
    {
        Assert.Equal(channel, question.Channel);
        var signs = _signs.Where(sign => sign.Source == question.Source && sign.AtUnixMs >= question.FromUnixMs && sign.AtUnixMs <= question.ToUnixMs)
            .Select(sign => (long?)sign.AtUnixMs);
        return question.WantsLast ? signs.Max() : signs.Min();
    }

    private static long Ms(double seconds) => (long)(seconds * 1000);
}
