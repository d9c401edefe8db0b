using Deribit.Client;
using MarketData.Backfill;

using Microsoft.Extensions.Configuration;

namespace MarketData.Deribit.Past;

/// <summary>
/// Deribit's past, over HTTP. Comes in: <c>[exchanges.deribit]</c>. Goes out: what its main host and its history host still have. Owns: the
/// connections and the budget of calls. One call at a time.
/// </summary>
public sealed class DeribitPast : IDisposable
{
    /// <summary>The exchange's name, as in every key.</summary>
    public const string Exchange = DeribitExchange.ExchangeName;

    // Half of what the exchange gives (Deribit API v2, "Rate limits": 10,000 credits a second, a call costs 500): it counts per account and
    // address, and collectors may share them. Ten calls a second are ten thousand trades.
    private const int CreditsPerSecond = 5_000;

    // The main host, and the history host where there is one.
    private readonly PastCaller[] _hosts;

    private DeribitPast(params PastCaller[] hosts)
    {
        _hosts = hosts;
        Trades = [.. hosts.Select(host => new DeribitPastTrades(host))];
    }

    /// <summary>The hosts that are asked for trades: the main host, and the history host where there is one.</summary>
    public IReadOnlyList<IPastTrades> Trades { get; }

    /// <summary>The address of the main host.</summary>
    public Uri Address => Main.Address;

    private PastCaller Main => _hosts[0];

    /// <summary>Opens it; nothing is asked yet.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="say">Is told why a call is repeated, as a full sentence.</param>
    /// <param name="time">The clock of pauses and time-outs.</param>
    /// <exception cref="ConfigurationError">The section has faults; all are listed.</exception>
    public static DeribitPast Open(IConfiguration configuration, Action<string> say, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(say);
        var faults = new List<string>();
        var options = DeribitExchangeOptions.Read(configuration, faults);
        if (faults.Count > 0)
            throw new ConfigurationError(faults);
        var budget = new DeribitCallBudget(CreditsPerSecond, CreditsPerSecond, timeProvider: time);
        Uri[] hosts = options.HistoryInUse is { } history ? [options.HttpInUse, history] : [options.HttpInUse];
        return new DeribitPast([.. hosts.Select(host => new PastCaller(host, budget, say, time))]);
    }

    /// <summary>The lengths of the candles that the exchange makes of trades, ascending.</summary>
    public static IReadOnlyList<TimeSpan> CandleResolutions { get; } =
        [.. ((int[])[1, 3, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440]).Select(minutes => TimeSpan.FromMinutes(minutes))];

    /// <summary>The lengths of the candles of the exchange's volatility indices, ascending.</summary>
    public static IReadOnlyList<TimeSpan> VolatilityResolutions { get; } =
        [.. ((int[])[1, 60, 3_600, 43_200, 86_400]).Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>The candles that the exchange makes of an instrument's trades.</summary>
    /// <param name="resolution">One of <see cref="CandleResolutions"/>.</param>
    public IPastSeries Candles(TimeSpan resolution) => DeribitPastSeries.Candles(Main, resolution);

    /// <summary>The hourly funding of a perpetual.</summary>
    public IPastSeries Funding() => DeribitPastSeries.Funding(Main);

    /// <summary>The volatility index of a currency, which is the name of the instrument.</summary>
    /// <param name="resolution">One of <see cref="VolatilityResolutions"/>.</param>
    public IPastSeries Volatility(TimeSpan resolution) => DeribitPastSeries.Volatility(Main, resolution);

    /// <summary>Describes an instrument; of one that has expired the name may be all that is known.</summary>
    /// <param name="name">The exchange's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExchangeError">No host knows it, or none answers.</exception>
    public async Task<Instrument> FindAsync(string name, CancellationToken cancellationToken)
    {
        foreach (var host in _hosts)
        {
            if (await host.AskAsync(caller => caller.GetInstrumentAsync(name, cancellationToken), cancellationToken) is { } found)
                return DeribitExchange.ToInstrument(found);
        }

        // It may be listed no longer, and its trades told of all the same.
        var expired = new Instrument { Exchange = Exchange, Name = name };
        foreach (var host in Trades)
        {
            if (await host.OldestAsync(expired, cancellationToken) is not null)
                return expired;
        }

        throw new ExchangeError(
            Exchange,
            $"Deribit knows no instrument {name}. Names are case-sensitive; \"marketdata symbols plan {name}\" finds similar ones.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var host in _hosts)
            host.Dispose();
    }
}
