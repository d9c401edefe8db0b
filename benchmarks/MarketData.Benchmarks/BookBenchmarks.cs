using System.Globalization;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using MarketData.Books;

namespace MarketData.Benchmarks;

/// <summary>
/// The order book alone, against a bare <see cref="Utf8JsonReader"/> pass over the bytes that such a frame has on the wire. Nothing but the
/// keeper's events may allocate.
/// </summary>
[MemoryDiagnoser]
public class BookBenchmarks
{
    private const int Changes = 64;

    private readonly OrderBook _book = new();
    private readonly BookLevel[][] _bids = new BookLevel[Changes][];
    private readonly BookLevel[][] _asks = new BookLevel[Changes][];
    private readonly byte[][] _wire = new byte[Changes][];
    private readonly List<MarketDataEvent> _output = [];
    private BookLevel[] _snapshotBids = [];
    private BookLevel[] _snapshotAsks = [];
    private BookKeeper _keeper = null!;
    private OrderBookSynchroniser _kept = null!;
    private long _changeId;
    private int _next;

    /// <summary>Levels per side of the book.</summary>
    [Params(20, 1000)]
    public int Depth { get; set; }

    /// <summary>Levels that one change touches, both sides together.</summary>
    [Params(4)]
    public int Touched { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        _snapshotBids = [.. Enumerable.Range(0, Depth).Select(i => new BookLevel(76914.0m - (i * 0.5m), 10m * random.Next(1, 9000)))];
        _snapshotAsks = [.. Enumerable.Range(0, Depth).Select(i => new BookLevel(76914.5m + (i * 0.5m), 10m * random.Next(1, 9000)))];
        for (var i = 0; i < Changes; i++)
        {
            _bids[i] = Change(random, 76914.0m, -0.5m);
            _asks[i] = Change(random, 76914.5m, 0.5m);
            _wire[i] = Encoding.UTF8.GetBytes(Wire(_bids[i], _asks[i]));
        }

        _book.Replace(_snapshotBids, _snapshotAsks);
        _keeper = new BookKeeper(new BookKeeperOptions(), TimeProvider.System);
        _kept = _keeper.Add(new Instrument { Exchange = "venue", Name = "BTC-PERPETUAL" });
        _keeper.Begin(_kept, 1, connected: true, null, "", _output);
        _keeper.Apply(_kept, new BookFrame
        {
            IsSnapshot = true,
            ExchangeTimeUnixMs = 1,
            ReceivedAtUnixNs = 1,
            ChangeId = _changeId,
            Bids = _snapshotBids,
            Asks = _snapshotAsks,
        }, _output);
    }

    [Benchmark(Baseline = true)]
    public int BareReaderPass()
    {
        var reader = new Utf8JsonReader(_wire[Next()]);
        var tokens = 0;
        while (reader.Read()) tokens++;
        return tokens;
    }

    [Benchmark]
    public BookApplyResult Apply()
    {
        var i = Next();
        return _book.Apply(_bids[i], _asks[i]);
    }

    /// <summary>Apply plus the chain check and the event, which is what allocates here.</summary>
    [Benchmark]
    public BookSyncResult KeeperApply()
    {
        var i = Next();
        _output.Clear();
        var previous = _changeId++;
        return _keeper.Apply(_kept, new BookFrame
        {
            IsSnapshot = false,
            ExchangeTimeUnixMs = 1,
            ReceivedAtUnixNs = 1,
            ChangeId = _changeId,
            PreviousChangeId = previous,
            Bids = _bids[i],
            Asks = _asks[i],
        }, _output);
    }

    [Benchmark]
    public BookApplyResult Replace() => _book.Replace(_snapshotBids, _snapshotAsks);

    private int Next() => _next = (_next + 1) % Changes;

    // Near the top, as on a real book; a quarter removes a level and a later one brings it back.
    private BookLevel[] Change(Random random, decimal best, decimal step) =>
        [.. Enumerable.Range(0, Touched / 2).Select(_ => new BookLevel(
            best + (step * (int)Math.Min(Depth - 1, Math.Abs(random.NextDouble() * random.NextDouble()) * 40)),
            random.Next(4) == 0 ? 0m : 10m * random.Next(1, 9000)))];

    private static string Wire(BookLevel[] bids, BookLevel[] asks) => string.Concat(
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.100ms","data":{"timestamp":1789344931302,""",
        """ "type":"change","change_id":118850968930,"prev_change_id":118850968929,"instrument_name":"BTC-PERPETUAL","bids":[""",
        Wire(bids),
        "],\"asks\":[",
        Wire(asks),
        "]}}}");

    private static string Wire(BookLevel[] levels) => string.Join(',', levels.Select(level => string.Create(
        CultureInfo.InvariantCulture,
        $"""["{(level.Amount == 0 ? "delete" : "change")}",{level.Price:0.0},{level.Amount:0.0}]""")));
}
