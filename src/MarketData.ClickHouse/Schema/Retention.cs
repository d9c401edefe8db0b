using System.Globalization;
using System.Text.RegularExpressions;
using ClickHouse.Driver;
using MarketData.ClickHouse.Writing;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse.Schema;

/// <summary>
/// Gives each table the time to live that the operator asks for. Comes in: <c>[clickhouse.ttl]</c>. Goes out: an <c>ALTER TABLE</c> for each
/// table whose own differs, and a log line that says what changes. No lock: several that start at once ask for the same.
/// </summary>
internal sealed partial class Retention(Statements statements, ClickHouseOptions options, ILogger logger)
{
    private static readonly (string Table, string Time, int Digits, Func<ClickHouseTtlOptions, int> Days)[] _tables =
    [
        ("trades", "timestamp", 3, ttl => ttl.TradesDays),
        ("tickers", "received_at", 9, ttl => ttl.TickersDays),
        ("book_updates", "received_at", 9, ttl => ttl.BookUpdatesDays),
        ("book_snapshots", "ifNull(verified_at, received_at)", 9, ttl => ttl.BookSnapshotsDays),
        ("integrity", "received_at", 9, ttl => ttl.IntegrityDays),
        ("candles_1s_state", "time", 0, ttl => ttl.Candles1sDays),
        ("candles_1m_state", "time", 0, ttl => ttl.Candles1mDays),
        ("top_of_book_1s_state", "time", 0, ttl => ttl.TopOfBook1sDays),
        ("exchange_candles", "timestamp", 3, ttl => ttl.ExchangeCandlesDays),
        ("funding_rates", "timestamp", 3, ttl => ttl.FundingRatesDays),
        ("volatility_index", "timestamp", 3, ttl => ttl.VolatilityIndexDays),
    ];

    // An attempt that is repeated does not say it again.
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Changes what differs. One call at a time.</summary>
    /// <param name="tables">The tables as they are.</param>
    /// <param name="cancellationToken">Ends it between tables; the next run goes on.</param>
    public async Task ApplyAsync(IReadOnlyDictionary<string, StoredTable> tables, CancellationToken cancellationToken)
    {
        foreach (var (table, time, digits, days) in _tables)
        {
            var wanted = Wanted(time, digits, days(options.Ttl));
            if (tables[table].Ttl != wanted) await ApplyAsync(table, tables[table].Ttl, wanted, cancellationToken);
        }
    }

    private async Task ApplyAsync(string table, string old, string wanted, CancellationToken cancellationToken)
    {
        // Before it is done: when the answer does not come, it may be done all the same.
        Say(table, old, wanted);
        try
        {
            await statements.RunAsync(
                $"ALTER TABLE {table} {(wanted.Length == 0 ? "REMOVE TTL" : $"MODIFY TTL {wanted}")}", options.Database, cancellationToken);
        }
        catch (ClickHouseServerException)
        {
            // Another one was faster: there is nothing left to remove. Else it is a failure like any other.
            if ((await statements.ReadTablesAsync(options.Database, cancellationToken)).GetValueOrDefault(table)?.Ttl != wanted) throw;
        }
    }

    private void Say(string table, string old, string wanted)
    {
        if (!_said.Add($"{table} {wanted}")) return;
        if (DeletesMore(old, wanted)) ClickHouseLog.KeptShorter(logger, table, Words(old), Words(wanted));
        else ClickHouseLog.KeptLonger(logger, table, Words(old), Words(wanted));
    }

    // As ClickHouse writes it, so that both can be compared; empty: none. A time to live is a DateTime, which ends in 2106 and begins anew in
    // 1970: a row that claims to be of a later time would be the oldest of all. The latest that counts, and the longest time to live, stay below.
    private static string Wanted(string time, int digits, int days) => days == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture, $"toDateTime(least({time}, toDateTime64('2070-01-01 00:00:00', {digits}, 'UTC'))) + toIntervalDay({days})");

    // What somebody else wrote may keep anything: then it is said that rows go.
    private static bool DeletesMore(string old, string wanted) => DaysOf(wanted) is { } days && (DaysOf(old) is not { } before || days < before);

    /// <summary>The days of a time to live that this class wrote; null: there is none, or somebody else wrote it.</summary>
    public static int? DaysOf(string ttl) =>
        Days().Match(ttl) is { Success: true } found ? int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    private static string Words(string ttl) =>
        ttl.Length == 0 ? "for ever" : DaysOf(ttl) is { } days ? string.Create(CultureInfo.InvariantCulture, $"for {days} days") : $"as '{ttl}' says";

    // toDateTime(..) + toIntervalDay(30), and nothing else.
    [GeneratedRegex(@"^toDateTime\(.+\) \+ toIntervalDay\((\d{1,5})\)$")]
    private static partial Regex Days();
}
