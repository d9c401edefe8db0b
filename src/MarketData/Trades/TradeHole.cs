using System.Diagnostics;

namespace MarketData.Trades;

/// <summary>A hole in a tape's sequence from its finding to its closing event. Owned by its tape.</summary>
internal sealed class TradeHole
{
    /// <summary>First missing number.</summary>
    public required long From { get; set; }

    /// <summary>Last missing number.</summary>
    public required long To { get; init; }

    /// <summary>How many of them are neither here nor given up.</summary>
    public required long Missing { get; set; }

    /// <summary>The exchange's time of the trade before, in milliseconds since the Unix epoch.</summary>
    public required long? FromTimeUnixMs { get; init; }

    /// <summary>The exchange's time of the trade behind, in milliseconds since the Unix epoch.</summary>
    public required long? ToTimeUnixMs { get; init; }

    /// <summary>The connection that showed the hole; repaired trades carry it, so that the epochs of a key never fall.</summary>
    public required long Epoch { get; init; }

    /// <summary>When it was found, as a timestamp of the tape's clock.</summary>
    public required long FoundAt { get; init; }

    /// <summary>The span from the finding to the closing event; null while nobody listens.</summary>
    public Activity? Span { get; init; }

    /// <summary>Whether it was found by time, without a position that an earlier tape told: then no later tape goes on before it.</summary>
    public bool IsBehindNoPosition { get; init; }

    /// <summary>Whether trades behind it no longer wait for it.</summary>
    public bool IsLate { get; set; }

    /// <summary>The runs of numbers that were given up, ascending; null when none was.</summary>
    public List<(long From, long To, string Reason)>? Lost { get; set; }

    /// <summary>Whether the archive is asked now, for what the main host did not serve in this attempt.</summary>
    public bool InArchive { get; set; }

    /// <summary>The first number that the host asked now has not answered for in this attempt.</summary>
    public long Cursor { get; set; }

    /// <summary>The lowest number that the main host served in this attempt: what is below is no longer kept there.</summary>
    public long? ServedFrom { get; set; }

    /// <summary>Whether this attempt brought a trade.</summary>
    public bool HasProgress { get; set; }

    /// <summary>Whether the main host said no in a way that asking again does not change.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Attempts in a row that brought nothing though every host answered.</summary>
    public int FruitlessAttempts { get; set; }

    /// <summary>Calls that failed.</summary>
    public int Failures { get; set; }

    /// <summary>What went wrong last, as a sentence; null when nothing did.</summary>
    public string? Reason { get; set; }

    /// <summary>When the last attempt ended, as a timestamp of the tape's clock.</summary>
    public long WaitsSince { get; set; }

    /// <summary>How long after that the next one begins.</summary>
    public TimeSpan WaitsFor { get; set; }

    /// <summary>Takes the part up to a number off as a hole of its own that misses nothing.</summary>
    public TradeHole SplitOff(long to)
    {
        var front = new TradeHole
        {
            From = From,
            To = to,
            Missing = 0,
            FromTimeUnixMs = FromTimeUnixMs,
            ToTimeUnixMs = ToTimeUnixMs,
            Epoch = Epoch,
            FoundAt = FoundAt,
            IsBehindNoPosition = IsBehindNoPosition,
            IsLate = IsLate,
        };
        From = to + 1;
        Cursor = Math.Max(Cursor, From);
        return front;
    }
}
