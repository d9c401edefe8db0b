using System.Buffers;
using System.Text;
using CsCheck;
using MarketData.Events;

namespace MarketData.Tests.Events;

public sealed class EventReaderTests
{
    private const string Whole =
        """{"data_type":"integrity","exchange":"x","instrument_name":"A-B","timestamp":1,"received_at":2,"channel":"trade","kind":"gap"}""";

    private static readonly Gen<IntegrityEvent> s_integrity = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 12],
        Gen.Enum<IntegrityKind>(),
        Gen.Select(Gen.Long.Nullable(), Gen.Long.Nullable(), Gen.Long.Nullable(), Gen.Long.Nullable()),
        Gen.Select(Gen.Long, Gen.Long),
        Gen.String[Gen.Char[' ', '\ud7ff'], 0, 20].Null()).Select((name, kind, ids, times, detail) => new IntegrityEvent
        {
            Exchange = "deribit",
            InstrumentName = name,
            Key = "deribit." + name,
            ExchangeTimeUnixMs = times.Item1,
            ReceivedAtUnixNs = times.Item2,
            Epoch = 7,
            Channel = "orderbook",
            Kind = kind,
            FromId = ids.Item1,
            ToId = ids.Item2,
            FromTimeUnixMs = ids.Item3,
            ToTimeUnixMs = ids.Item4,
            Detail = detail,
        });

    [Fact]
    public void Integrity_event_reads_back_as_it_was_written() => s_integrity.Sample(written =>
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventJson.Write(buffer, written);
        Assert.Equal(EventRead.Ok, EventReader.ReadIntegrity(buffer.WrittenMemory, 7, out var read));
        Assert.Equal(written, read);
    });

    [Theory]
    [InlineData("gap\"}", "gap\",\"new_field\":{\"a\":[1,2]},\"to_id\":null}", EventRead.Ok)]
    [InlineData("\"gap\"", "\"a_kind_of_next_year\"", EventRead.Unknown)]
    [InlineData("\"integrity\"", "\"trade\"", EventRead.Unknown)]
    [InlineData("\"kind\":\"gap\"", "\"kind\":3", EventRead.Malformed)]
    [InlineData("\"kind\"", "\"kinds\"", EventRead.Malformed)]
    [InlineData("\"timestamp\":1", "\"timestamp\":1.5", EventRead.Malformed)]
    [InlineData("\"timestamp\":1", "\"timestamp\":99999999999999999999", EventRead.Malformed)]
    [InlineData("\"timestamp\":1", "\"timestamp\":null", EventRead.Malformed)]
    [InlineData("\"channel\":\"trade\"", "\"channel\":\"trade\",\"from_id\":\"5\"", EventRead.Malformed)]
    [InlineData("\"A-B\"", "\"\\ud800\"", EventRead.Malformed)]
    [InlineData("gap\"}", "gap\"", EventRead.Malformed)]
    [InlineData(Whole, "[]", EventRead.Malformed)]
    [InlineData(Whole, "", EventRead.Malformed)]
    public void Other_versions_are_tolerated_and_what_is_not_exact_is_not_read(string part, string replacement, EventRead expected)
    {
        var json = Encoding.UTF8.GetBytes(Whole.Replace(part, replacement, StringComparison.Ordinal));
        Assert.Equal(expected, EventReader.ReadIntegrity(json, 0, out var read));
        Assert.Equal(expected == EventRead.Ok, read is not null);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_never_thrown_at() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        Assert.NotEqual(EventRead.Ok, EventReader.ReadIntegrity(bytes, 0, out _));
        Assert.NotEqual(EventRead.Ok, EventReader.ReadHead(bytes, out _));
    });

    [Fact]
    public void Head_of_data_is_read()
    {
        Assert.Equal(EventRead.Ok, Head("""{"data_type":"trade","timestamp":5,"received_at":6,"trade_seq":7,"trade_id":"t","source":"backfill"}""", out var trade));
        Assert.Equal(new EventHead("trade", 5, 6, null, 7, "t", IsBackfill: true), trade);
        Assert.Equal(EventRead.Ok, Head("""{"data_type":"orderbook","timestamp":5,"received_at":6,"verified_at":9}""", out var book));
        Assert.Equal(new EventHead("orderbook", 5, 6, 9, null, null, IsBackfill: false), book);
        Assert.Equal(EventRead.Malformed, Head("""{"data_type":"trade","timestamp":5,"received_at":6}""", out _));
        Assert.Equal(EventRead.Unknown, Head("""{"data_type":"candle","timestamp":5,"received_at":6}""", out _));
    }

    private static EventRead Head(string json, out EventHead head) => EventReader.ReadHead(Encoding.UTF8.GetBytes(json), out head);
}
