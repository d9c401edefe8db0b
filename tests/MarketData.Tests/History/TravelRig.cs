using MarketData.Books;
using MarketData.History;
using MarketData.Tests.Books;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.History;

/// <summary>
/// A history of one book in short form. Times are in seconds; the collector receives everything a tenth of a second after the exchange's time.
/// Now is second 10,000.
/// </summary>
internal sealed class TravelRig
{
    private const double Lag = 0.1;

    private static readonly Instrument _instrument = BookTestData.Instrument();

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddSeconds(10_000));
    private readonly OrderBook _book = new();

    public MemoryBookHistory History { get; } = new();

    /// <summary>The whole book, as the exchange sends it at a subscription; seen when it was received.</summary>
    public TravelRig Snapshot(double time, long id, string bids, string asks, double? received = null, long epoch = 1)
    {
        _book.Replace(BookTestData.Levels(bids), BookTestData.Levels(asks));
        return Add(time, id, null, bids, asks, received, epoch);
    }

    /// <summary>The book as it is, repeated.</summary>
    public TravelRig Repeat(double verified)
    {
        var last = History.Books[^1];
        History.Books.Add(last with
        {
            Action = BookAction.Snapshot,
            Bids = BookTestData.Bids(_book),
            Asks = BookTestData.Asks(_book),
            PreviousChangeId = null,
            VerifiedAtUnixNs = Ms(verified) * 1_000_000,
        });
        return this;
    }

    public TravelRig Update(double time, long id, long previous, string bids, string asks, double? received = null, long epoch = 1)
    {
        _book.Apply(BookTestData.Levels(bids), BookTestData.Levels(asks));
        return Add(time, id, previous, bids, asks, received, epoch);
    }

    /// <summary>The last update is there again, word for word.</summary>
    public TravelRig Twice()
    {
        History.Books.Add(History.Books[^1]);
        return this;
    }

    /// <summary>An update that the exchange sent and the history lost.</summary>
    public TravelRig Lost(double time, long id, long previous, string bids, string asks)
    {
        Update(time, id, previous, bids, asks);
        History.Books.RemoveAt(History.Books.Count - 1);
        return this;
    }

    /// <summary>A word of the ledger, said at a time of our clock.</summary>
    public TravelRig Said(double at, IntegrityKind kind, double? from = null, double? to = null, string? detail = null)
    {
        History.Ledger.Add(new IntegrityEvent
        {
            Exchange = _instrument.Exchange,
            InstrumentName = _instrument.Name,
            Key = _instrument.Key,
            ExchangeTimeUnixMs = 0,
            ReceivedAtUnixNs = Ms(at) * 1_000_000,
            Channel = "orderbook",
            Kind = kind,
            FromTimeUnixMs = from is { } begin ? Ms(begin) : null,
            ToTimeUnixMs = to is { } end ? Ms(end) : null,
            Detail = detail,
        });
        return this;
    }

    public Task<BookAt> AtAsync(double time, Instrument? instrument = null) =>
        new BookTravel(History, _clock).AtAsync(instrument ?? _instrument, Ms(time), TestContext.Current.CancellationToken);

    /// <summary>The answer in one line: <c>Proven Continued 5: 49 2, 48 1 | 51 1</c>.</summary>
    public async Task<string> LineAsync(double time)
    {
        var answer = await AtAsync(time);
        return $"{answer.State} {answer.Proof}" + (answer.Book is { } book ? $" {book.ChangeId}: {Text(book.Bids)} | {Text(book.Asks)}" : "");
    }

    private TravelRig Add(double time, long id, long? previous, string bids, string asks, double? received, long epoch)
    {
        History.Books.Add(new OrderBookEvent
        {
            Exchange = _instrument.Exchange,
            InstrumentName = _instrument.Name,
            Key = _instrument.Key,
            ExchangeTimeUnixMs = Ms(time),
            ReceivedAtUnixNs = Ms(received ?? time + Lag) * 1_000_000,
            Epoch = epoch,
            Action = previous is null ? BookAction.Snapshot : BookAction.Update,
            Bids = BookTestData.Levels(bids),
            Asks = BookTestData.Levels(asks),
            ChangeId = id,
            PreviousChangeId = previous,
            BestBid = _book.BestBid,
            BestAsk = _book.BestAsk,
        });
        return this;
    }

    private static string Text(ReadOnlyMemory<BookLevel> levels) =>
        string.Join(", ", levels.ToArray().Select(level => FormattableString.Invariant($"{level.Price} {level.Amount}")));

    private static long Ms(double seconds) => (long)Math.Round(seconds * 1000);
}
