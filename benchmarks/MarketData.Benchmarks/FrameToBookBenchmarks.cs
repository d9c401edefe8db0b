using System.Buffers;
using System.Text.Json;

using BenchmarkDotNet.Attributes;

using Deribit.Client;
using Deribit.Client.Channels;

using MarketData.Books;
using MarketData.Events;

namespace MarketData.Benchmarks;

/// <summary>
/// A book frame from its bytes to a verified book, and on to the JSON of its top 20 levels, against a bare pass of
/// <see cref="Utf8JsonReader"/> over the same bytes in the same run. One operation is 2,048 frames: eight books, each with a snapshot of 400
/// levels and then changes. The id chain is checked and every result is summed up, so that nothing is optimised away.
/// </summary>
[MemoryDiagnoser]
public class FrameToBookBenchmarks
{
    private const int FramesPerOperation = 2048;
    private const int Depth = 20;

    private readonly NotificationDecoder _decoder = new();
    private readonly Dictionary<string, OrderBookSynchroniser> _books = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _json = new(64 * 1024);
    private readonly BookLevel[] _bids = new BookLevel[1024];
    private readonly BookLevel[] _asks = new BookLevel[1024];
    private byte[][] _frames = [];

    /// <summary>Makes the frames and checks that each of them ends in a live book.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _frames = RealShapedFrames.Books(FramesPerOperation);
        foreach (var frame in _frames)
        {
            if (Apply(frame) is not (BookSyncResult.Applied or BookSyncResult.SnapshotApplied))
                throw new InvalidOperationException("A frame of the benchmark does not continue its book.");
        }
    }

    /// <summary>The bare pass: every token is visited, none is used.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = FramesPerOperation)]
    public int BarePass()
    {
        var tokens = 0;
        foreach (var frame in _frames)
        {
            var reader = new Utf8JsonReader(frame);
            while (reader.Read())
                tokens++;
        }

        return tokens;
    }

    /// <summary>Bytes to a typed message with exact decimals.</summary>
    [Benchmark(OperationsPerInvoke = FramesPerOperation)]
    public long Decode()
    {
        long sum = 0;
        foreach (var frame in _frames)
            sum += ((DeribitBook)_decoder.Decode(frame, 1, 1)).ChangeId;
        return sum;
    }

    /// <summary>Bytes to a verified book: decode, the adapter's translation, the chain check, apply.</summary>
    [Benchmark(OperationsPerInvoke = FramesPerOperation)]
    public int DecodeAndBook()
    {
        var sum = 0;
        foreach (var frame in _frames)
            sum += (int)Apply(frame);
        return sum;
    }

    /// <summary>The same, and the top of the book as JSON after every frame.</summary>
    [Benchmark(OperationsPerInvoke = FramesPerOperation)]
    public int DecodeBookAndEncode()
    {
        var sum = 0;
        foreach (var frame in _frames)
        {
            Apply((DeribitBook)_decoder.Decode(frame, 1, 1), out var book);
            _json.ResetWrittenCount();
            EventJson.WriteBookSnapshot(_json, "deribit", book.Instrument.Name, 1, 1, book.LastChangeId ?? 0, book.Book, Depth);
            sum += _json.WrittenCount;
        }

        return sum;
    }

    private BookSyncResult Apply(byte[] frame) => Apply((DeribitBook)_decoder.Decode(frame, 1, 1), out _);

    private BookSyncResult Apply(DeribitBook message, out OrderBookSynchroniser book)
    {
        if (!_books.TryGetValue(message.InstrumentName, out book!))
            _books[message.InstrumentName] = book = new OrderBookSynchroniser(new Instrument { Exchange = "deribit", Name = message.InstrumentName }, 10_000);
        var translated = new BookFrame
        {
            IsSnapshot = message.Kind == DeribitBookKind.Snapshot,
            ExchangeTimeUnixMs = message.ExchangeTimeUnixMs,
            ReceivedAtUnixNs = 1,
            ChangeId = message.ChangeId,
            PreviousChangeId = message.PreviousChangeId,
            Bids = ToLevels(message.Bids, _bids),
            Asks = ToLevels(message.Asks, _asks),
            Raw = message.RawFrame,
        };
        var result = book.Accept(translated, out _);
        if (result == BookSyncResult.SnapshotApplied)
            book.State = BookState.Live;
        return result;
    }

    private static ReadOnlySpan<BookLevel> ToLevels(ReadOnlySpan<DeribitBookLevel> source, BookLevel[] buffer)
    {
        for (var i = 0; i < source.Length; i++)
            buffer[i] = new BookLevel(source[i].Price, source[i].Amount);
        return buffer.AsSpan(0, source.Length);
    }
}
