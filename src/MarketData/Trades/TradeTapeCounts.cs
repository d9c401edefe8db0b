namespace MarketData.Trades;

/// <summary>What happened on trade tapes since they were created.</summary>
public record struct TradeTapeCounts
{
    /// <summary>Trades published.</summary>
    public long Published { get; set; }

    /// <summary>Trades dropped because they were published before.</summary>
    public long Duplicates { get; set; }

    /// <summary>Holes found.</summary>
    public long Gaps { get; set; }

    /// <summary>Holes that closed.</summary>
    public long Backfilled { get; set; }

    /// <summary>Trades that are missing now.</summary>
    public long Missing { get; set; }

    /// <summary>Trades given up: no tape will accept them as missing any more.</summary>
    public long GivenUp { get; set; }

    /// <summary>Times that a sequence started over.</summary>
    public long Restarts { get; set; }

    /// <summary>Trades published that no live message brought.</summary>
    public long Fetched { get; set; }

    /// <summary>Holes that are open now.</summary>
    public long OpenHoles { get; set; }

    /// <summary>Holes that are open now and for which the trades behind no longer wait.</summary>
    public long LateHoles { get; set; }

    /// <summary>Trades that wait now behind a hole.</summary>
    public long Waiting { get; set; }

    /// <summary>Messages that could not be decoded.</summary>
    public long Rejected { get; set; }

    /// <summary>The sums of two counts.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static TradeTapeCounts operator +(TradeTapeCounts left, TradeTapeCounts right) => left.Add(right);

    /// <summary>The sums of these counts and others.</summary>
    /// <param name="other">The others.</param>
    public readonly TradeTapeCounts Add(TradeTapeCounts other) => new()
    {
        Published = Published + other.Published,
        Duplicates = Duplicates + other.Duplicates,
        Gaps = Gaps + other.Gaps,
        Backfilled = Backfilled + other.Backfilled,
        Missing = Missing + other.Missing,
        GivenUp = GivenUp + other.GivenUp,
        Restarts = Restarts + other.Restarts,
        Fetched = Fetched + other.Fetched,
        OpenHoles = OpenHoles + other.OpenHoles,
        LateHoles = LateHoles + other.LateHoles,
        Waiting = Waiting + other.Waiting,
        Rejected = Rejected + other.Rejected,
    };
}
