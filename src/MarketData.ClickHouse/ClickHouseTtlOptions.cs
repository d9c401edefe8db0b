using System.Globalization;

namespace MarketData.ClickHouse;

/// <summary>
/// How long rows are kept, in days per table: section <c>[clickhouse.ttl]</c>. Each is 0 (the default: for ever) to 10000. ClickHouse deletes
/// rows that are older, in the background, a part of a partition at a time: never earlier, up to a day later (where a partition is a month, up
/// to a month). What a table was the source of stays.
/// </summary>
public sealed class ClickHouseTtlOptions
{
    /// <summary>The longest that can be asked for, 27 years: ClickHouse's times to live end in 2106, and would begin anew beyond it.</summary>
    public const int LongestDays = 10_000;

    /// <summary>Days that trades are kept after they happened; 0: for ever.</summary>
    public int TradesDays { get; set; }

    /// <summary>Days that tickers are kept after they were received; 0: for ever.</summary>
    public int TickersDays { get; set; }

    /// <summary>Days that updates of books are kept after they were received; 0: for ever.</summary>
    public int BookUpdatesDays { get; set; }

    /// <summary>Days that snapshots of books are kept after they were received, or repeated; 0: for ever.</summary>
    public int BookSnapshotsDays { get; set; }

    /// <summary>Days that the ledger is kept; 0: for ever.</summary>
    public int IntegrityDays { get; set; }

    /// <summary>Days that candles of a second are kept; 0: for ever.</summary>
    public int Candles1sDays { get; set; }

    /// <summary>Days that candles of a minute are kept; 0: for ever.</summary>
    public int Candles1mDays { get; set; }

    /// <summary>Days that the top of each book per second is kept; 0: for ever.</summary>
    public int TopOfBook1sDays { get; set; }

    /// <summary>Days that the exchange's own candles are kept after their period began; 0: for ever.</summary>
    public int ExchangeCandlesDays { get; set; }

    /// <summary>Days that funding is kept; 0: for ever.</summary>
    public int FundingRatesDays { get; set; }

    /// <summary>Days that the volatility index is kept after its period began; 0: for ever.</summary>
    public int VolatilityIndexDays { get; set; }

    /// <summary>Every key with its value.</summary>
    internal IReadOnlyList<(string Key, int Days)> All =>
    [
        ("trades_days", TradesDays), ("tickers_days", TickersDays), ("book_updates_days", BookUpdatesDays),
        ("book_snapshots_days", BookSnapshotsDays), ("integrity_days", IntegrityDays), ("candles_1s_days", Candles1sDays),
        ("candles_1m_days", Candles1mDays), ("top_of_book_1s_days", TopOfBook1sDays), ("exchange_candles_days", ExchangeCandlesDays),
        ("funding_rates_days", FundingRatesDays), ("volatility_index_days", VolatilityIndexDays),
    ];

    /// <summary>One full sentence per value that is out of range.</summary>
    internal IEnumerable<string> Validate() => All.Where(item => item.Days is < 0 or > LongestDays).Select(item => string.Create(
        CultureInfo.InvariantCulture,
        $"clickhouse.ttl.{item.Key} is {item.Days}. Set it to a whole number of days from 1 to {LongestDays}, or to 0 to keep rows for ever."));
}
