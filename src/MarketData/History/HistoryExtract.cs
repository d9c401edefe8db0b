namespace MarketData.History;

/// <summary>A part of the history that is to be written to a file.</summary>
public sealed record HistoryExtract
{
    /// <summary>The table.</summary>
    public required HistoryTable Table { get; init; }

    /// <summary>The instrument; null: all of them.</summary>
    public Instrument? Instrument { get; init; }

    /// <summary>
    /// The first moment, nanoseconds since the epoch: of trades and of what the exchange publishes its own time, of all else our clock's, as
    /// the table's days are.
    /// </summary>
    public required long FromUnixNs { get; init; }

    /// <summary>The first moment that is not part of it any more.</summary>
    public required long UntilUnixNs { get; init; }

    /// <summary>Whether a CSV file is wanted, with a line of names; else Parquet, compressed with zstd.</summary>
    public bool IsCsv { get; init; }
}
