using MarketData.Trades;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.Trades;

/// <summary>A tape of one instrument and short forms for its trades.</summary>
internal sealed class TapeRig
{
    /// <summary>A tape; without options one that holds nothing back.</summary>
    public TapeRig(TradeTapeOptions? options = null, TradePosition? position = null, bool awaitsPosition = false, long? nowUnixMs = null)
    {
        Time = nowUnixMs is { } now ? new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(now)) : new FakeTimeProvider();
        Set = new TradeTapeSet(options ?? new TradeTapeOptions { HoldFor = TimeSpan.Zero }, Time);
        Tape = Set.Add(new Instrument { Exchange = "venue", Name = "A-PERP" }, position, awaitsPosition);
    }

    public FakeTimeProvider Time { get; }

    public TradeTapeSet Set { get; }

    public TradeTape Tape { get; }

    public List<MarketDataEvent> Output { get; } = [];

    public IEnumerable<IntegrityEvent> Integrity => Output.OfType<IntegrityEvent>().Where(e => e.Kind != IntegrityKind.Connected);

    /// <summary>What was published, in short: <c>trade 5</c>, <c>TradeGap 6..8</c>.</summary>
    public IEnumerable<string> Story => Output.Select(Tell);

    public static TradeEvent Trade(long sequence, string? id = null, long? time = null, TradeSource source = TradeSource.Live) => new()
    {
        Exchange = "venue",
        InstrumentName = "A-PERP",
        Key = "venue.A-PERP",
        ExchangeTimeUnixMs = time ?? sequence * 10,
        ReceivedAtUnixNs = sequence * 100,
        TradeId = id ?? $"T{sequence}",
        TradeSequence = sequence,
        Price = 100,
        Amount = 1,
        Direction = TradeDirection.Buy,
        Source = source,
    };

    public TapeRig Accept(params long[] sequences)
    {
        foreach (var sequence in sequences) Tape.Accept(Trade(sequence), Output);
        return this;
    }

    private static string Tell(MarketDataEvent marketEvent) => marketEvent switch
    {
        TradeEvent trade => $"trade {trade.TradeSequence}",
        IntegrityEvent integrity => $"{integrity.Kind} {integrity.FromId}..{integrity.ToId}",
        _ => throw new ArgumentException("Unexpected event.", nameof(marketEvent)),
    };
}
