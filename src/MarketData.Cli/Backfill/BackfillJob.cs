using MarketData.Backfill;
using MarketData.Cli.History;
using MarketData.Deribit.Past;

namespace MarketData.Cli.Backfill;

/// <summary>What one run of <c>marketdata backfill</c> works with.</summary>
/// <param name="Name">The exchange's name of what is fetched.</param>
/// <param name="FromUnixMs">Begin.</param>
/// <param name="UntilUnixMs">End, exclusive.</param>
/// <param name="Past">Who is asked.</param>
/// <param name="History">Where it goes.</param>
/// <param name="Progress">Is told how it goes.</param>
internal sealed record BackfillJob(
    string Name, long FromUnixMs, long UntilUnixMs, DeribitPast Past, HistoryTarget History, IBackfillProgress Progress);
