using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using MarketData.Books;
using MarketData.Events;

namespace MarketData.Benchmarks;

/// <summary>Events to JSON, against <see cref="Utf8JsonWriter"/> writing the same book. Only the framework's writer allocates.</summary>
[MemoryDiagnoser]
public class EncodeBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly OrderBook _book = new();
    private readonly BookLevel[] _levels = new BookLevel[20];
    private OrderBookEvent _update = null!;
    private TradeEvent _trade = null!;
    private TickerEvent _ticker = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        _book.Replace(
            [.. Enumerable.Range(0, 1000).Select(i => new BookLevel(76914.0m - (i * 0.5m), 10m * random.Next(1, 9000)))],
            [.. Enumerable.Range(0, 1000).Select(i => new BookLevel(76914.5m + (i * 0.5m), 10m * random.Next(1, 9000)))]);
        _update = new OrderBookEvent
        {
            Exchange = "venue", InstrumentName = "BTC-PERPETUAL", Key = "venue.BTC-PERPETUAL", ExchangeTimeUnixMs = 1789344931302,
            ReceivedAtUnixNs = 1789344931553548000, Action = BookAction.Update,
            Bids = new BookLevel[] { new(76914.0m, 1000200.0m), new(76909.5m, 0m) },
            Asks = new BookLevel[] { new(76914.5m, 20.0m), new(76920.0m, 5670.0m) },
            ChangeId = 118850968930, PreviousChangeId = 118850968929, BestBid = _book.BestBid, BestAsk = _book.BestAsk,
        };
        _trade = new TradeEvent
        {
            Exchange = "venue", InstrumentName = "ETH-PERPETUAL", Key = "venue.ETH-PERPETUAL", ExchangeTimeUnixMs = 1753469821143,
            ReceivedAtUnixNs = 1753469821143000000, TradeId = "ETH-259727165", TradeSequence = 187471866, Price = 3653.4m, Amount = 139.0m,
            Direction = TradeDirection.Buy, TickDirection = 0, IndexPrice = 3654.33m, MarkPrice = 3653.79m, Contracts = 139.0m,
        };
        _ticker = new TickerEvent
        {
            Exchange = "venue", InstrumentName = "BTC-PERPETUAL", Key = "venue.BTC-PERPETUAL", ExchangeTimeUnixMs = 1789344931302,
            ReceivedAtUnixNs = 1789344931553548000, State = "open", LastPrice = 76914.0m, MarkPrice = 76913.52m, IndexPrice = 76920.11m,
            BestBidPrice = 76914.0m, BestBidAmount = 1000200m, BestAskPrice = 76914.5m, BestAskAmount = 20m, OpenInterest = 1096283310,
            CurrentFunding = 0.00003125, Funding8Hours = 0.00001234, Stats = new TickerStats(77000, 75000.5, 1234.56, 9.5e7, -1.25),
        };
    }

    [Benchmark(Baseline = true)]
    public int Snapshot20ByFrameworkWriter()
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer);
        writer.WriteStartObject();
        writer.WriteString("data_type"u8, "orderbook"u8);
        writer.WriteString("exchange"u8, "venue");
        writer.WriteString("instrument_name"u8, "BTC-PERPETUAL");
        writer.WriteNumber("timestamp"u8, 1789344931302);
        writer.WriteNumber("received_at"u8, 1789344931553548000);
        writer.WriteString("action"u8, "snapshot"u8);
        WriteLevels(writer, "bids"u8, _book.CopyBids(_levels));
        WriteLevels(writer, "asks"u8, _book.CopyAsks(_levels));
        writer.WriteNumber("change_id"u8, 118850968930);
        writer.WriteNull("prev_change_id"u8);
        writer.WriteNumber("best_bid_price"u8, _book.BestBid!.Value.Price);
        writer.WriteNumber("best_bid_amount"u8, _book.BestBid!.Value.Amount);
        writer.WriteNumber("best_ask_price"u8, _book.BestAsk!.Value.Price);
        writer.WriteNumber("best_ask_amount"u8, _book.BestAsk!.Value.Amount);
        writer.WriteEndObject();
        writer.Flush();
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public int Snapshot20()
    {
        _buffer.ResetWrittenCount();
        EventJson.WriteBookSnapshot(_buffer, "venue", "BTC-PERPETUAL", 1789344931302, 1789344931553548000, 118850968930, _book, 20);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public int Update4() => Write(_update);

    [Benchmark]
    public int Trade() => Write(_trade);

    [Benchmark]
    public int Ticker() => Write(_ticker);

    private int Write(MarketDataEvent marketEvent)
    {
        _buffer.ResetWrittenCount();
        EventJson.Write(_buffer, marketEvent);
        return _buffer.WrittenCount;
    }

    private void WriteLevels(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int count)
    {
        writer.WriteStartArray(name);
        foreach (var level in _levels.AsSpan(0, count))
        {
            writer.WriteStartObject();
            writer.WriteNumber("price"u8, level.Price);
            writer.WriteNumber("amount"u8, level.Amount);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
