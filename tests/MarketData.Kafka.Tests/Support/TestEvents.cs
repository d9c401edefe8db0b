using System.Buffers;
using System.Globalization;
using System.Text;

namespace MarketData.Kafka.Tests.Support;

/// <summary>Small events and their JSON, which carries just enough to recognise them.</summary>
internal static class TestEvents
{
    public static OrderBookEvent Book(string instrument, long changeId, long epoch = 1, long receivedAtUnixNs = 0) => new()
    {
        Exchange = "deribit",
        InstrumentName = instrument,
        Key = $"deribit.{instrument}",
        ExchangeTimeUnixMs = 1_700_000_000_000 + changeId,
        ReceivedAtUnixNs = receivedAtUnixNs,
        Epoch = epoch,
        Action = BookAction.Update,
        Bids = ReadOnlyMemory<BookLevel>.Empty,
        Asks = ReadOnlyMemory<BookLevel>.Empty,
        ChangeId = changeId,
        PreviousChangeId = changeId - 1,
        BestBid = null,
        BestAsk = null,
    };

    public static TradeEvent Trade(string instrument, long sequence) => new()
    {
        Exchange = "deribit",
        InstrumentName = instrument,
        Key = $"deribit.{instrument}",
        ExchangeTimeUnixMs = 1_700_000_000_000,
        ReceivedAtUnixNs = 0,
        TradeId = sequence.ToString(CultureInfo.InvariantCulture),
        TradeSequence = sequence,
        Price = 1m,
        Amount = 1m,
        Direction = TradeDirection.Buy,
    };

    public static TickerEvent Ticker(string instrument) => new()
    {
        Exchange = "deribit",
        InstrumentName = instrument,
        Key = $"deribit.{instrument}",
        ExchangeTimeUnixMs = 1_700_000_000_000,
        ReceivedAtUnixNs = 0,
    };

    public static IntegrityEvent Integrity(string instrument, string detail, byte[]? raw = null) => new()
    {
        Exchange = "deribit",
        InstrumentName = instrument,
        Key = $"deribit.{instrument}",
        ExchangeTimeUnixMs = 0,
        ReceivedAtUnixNs = 0,
        Channel = "orderbook",
        Kind = IntegrityKind.Rejected,
        Detail = detail,
        Raw = raw ?? [],
    };

    /// <summary>For example <c>{"k":"deribit.BTC-PERPETUAL","id":7}</c>.</summary>
    public static string Json(string key, long id) => string.Create(CultureInfo.InvariantCulture, $"{{\"k\":\"{key}\",\"id\":{id}}}");

    public static void Encode(MarketDataEvent marketEvent, IBufferWriter<byte> output)
    {
        var json = Json(marketEvent.Key, IdOf(marketEvent));
        output.Write(Encoding.UTF8.GetBytes(json));
    }

    public static long IdOf(MarketDataEvent marketEvent) => marketEvent switch
    {
        OrderBookEvent book => book.ChangeId,
        TradeEvent trade => trade.TradeSequence,
        _ => 0,
    };
}
