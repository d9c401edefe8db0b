using Deribit.Simulator.Channels;
using Deribit.Simulator.Instruments;

namespace Deribit.Simulator.Market;

/// <summary>The changing state of one instrument. Touched only while the hub's gate is held.</summary>
internal sealed class SimInstrument(
    InstrumentSpec spec, CurrencyGroup group, long indexHundredths, bool keepHistory, int retainedTrades, int historyTrades)
{
    private readonly Queue<Fill> _fills = [];

    // Positions among all trades ever made: the first that the main host, or the history host, still tells of.
    private long _made;
    private long _mainFrom;
    private long _historyFrom;

    public InstrumentSpec Spec => spec;

    public CurrencyGroup Group => group;

    public string State { get; set; } = "open";

    public BookSide Bids { get; } = new(bids: true);

    public BookSide Asks { get; } = new(bids: false);

    public long ChangeId { get; set; }

    public long BookTimestampUnixMs { get; set; }

    /// <summary>Id and time of every book change, in order; null when they are not kept.</summary>
    public List<(long ChangeId, long UnixMs)>? BookTimes { get; init; }

    /// <summary>The price that the book gathers around, in ticks.</summary>
    public long Reference { get; set; } = spec.AnchorTicks;

    public long IndexHundredths { get; set; } = indexHundredths;

    /// <summary>A side that nobody quotes for the moment.</summary>
    public bool BidsShut { get; set; }

    public bool AsksShut { get; set; }

    public long NextTradeSeq { get; set; } = spec.IsPerpetual ? 271_000_001 : 1;

    public Fill? LastFill { get; private set; }

    public long High { get; private set; }

    public long Low { get; private set; }

    public long Volume { get; private set; }

    public long OpenInterest { get; set; } = 1000 + (spec.InstrumentId % 977);

    /// <summary>Number of the market's event at which the last ticker was sent.</summary>
    public long LastTickerStep { get; set; }

    /// <summary>The time in the last ticker that was made, 0 before the first.</summary>
    public long LastTickerUnixMs { get; set; }

    public List<Channel> BookChannels { get; } = [];

    public List<Channel> GroupedChannels { get; } = [];

    public List<Channel> TickerChannels { get; } = [];

    public List<Channel> TradeChannels { get; } = [];

    public BookHistory? History { get; } = keepHistory ? new BookHistory() : null;

    /// <summary>The trades still known, oldest first.</summary>
    public IReadOnlyCollection<Fill> Fills => _fills;

    public BookSide Side(bool bids) => bids ? Bids : Asks;

    public bool IsShut(bool bids) => bids ? BidsShut : AsksShut;

    public void Add(in Fill fill)
    {
        LastFill = fill;
        High = Volume == 0 ? fill.Price : Math.Max(High, fill.Price);
        Low = Volume == 0 ? fill.Price : Math.Min(Low, fill.Price);
        Volume += fill.Amount;
        _fills.Enqueue(fill);
        _made++;
        _mainFrom = Math.Max(_mainFrom, _made - retainedTrades);
        _historyFrom = Math.Max(_historyFrom, _made - Math.Max(retainedTrades, historyTrades));
        if (!keepHistory && _fills.Count > Math.Max(retainedTrades, historyTrades))
        {
            _fills.Dequeue();
        }
    }

    /// <summary>The trades that a host still tells of, oldest first.</summary>
    public IEnumerable<Fill> Served(bool history) =>
        _fills.Skip((int)Math.Max(0, (history ? _historyFrom : _mainFrom) - (_made - _fills.Count)));

    /// <summary>Whether the history host tells of every trade that was ever made.</summary>
    public bool TellsOfAll => _historyFrom == 0;

    /// <summary>A host tells no longer of the trades up to a number.</summary>
    public void Forget(long throughSeq, bool history)
    {
        var from = _made - _fills.Count + _fills.TakeWhile(fill => fill.Seq <= throughSeq).Count();
        _mainFrom = Math.Max(_mainFrom, from);
        if (history)
        {
            _historyFrom = Math.Max(_historyFrom, from);
        }
    }

    /// <summary>Counts trades anew; the hosts tell of the new ones only.</summary>
    public void RestartSequence(long next)
    {
        NextTradeSeq = next;
        _mainFrom = _historyFrom = _made;
    }
}
