using System.Buffers;
using System.Text.Json;

namespace MarketData.Redis.Replicas;

/// <summary>A stand-in encoder for trades and tickers: the common fields and the few that tell values apart.</summary>
internal static class PlainJson
{
    public static void Write(MarketDataEvent marketEvent, IBufferWriter<byte> writer)
    {
        using var json = new Utf8JsonWriter(writer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("data_type", marketEvent is TradeEvent ? "trade" : "ticker");
        json.WriteString("exchange", marketEvent.Exchange);
        json.WriteString("instrument_name", marketEvent.InstrumentName);
        json.WriteNumber("timestamp", marketEvent.ExchangeTimeUnixMs);
        json.WriteNumber("received_at", marketEvent.ReceivedAtUnixNs);
        if (marketEvent is TradeEvent trade)
        {
            json.WriteString("trade_id", trade.TradeId);
            json.WriteNumber("trade_seq", trade.TradeSequence);
            json.WriteNumber("price", trade.Price);
            json.WriteNumber("amount", trade.Amount);
        }
        else if (marketEvent is TickerEvent { LastPrice: { } lastPrice })
        {
            json.WriteNumber("last_price", lastPrice);
        }

        json.WriteEndObject();
    }
}
