using System.Globalization;
using Deribit.Client;
using MarketData.Backfill;
using MarketData.History;

namespace MarketData.Deribit.Past;

/// <summary>A time series of the main host: what is the same for all of them, and how each is asked for.</summary>
internal sealed class DeribitPastSeries : IPastSeries
{
    // How many rows the exchange gives at once is not published. It was seen to give more of each; what it leaves out would be named as missing.
    private const int CandlesPerPage = 1_000;
    private const int HoursPerPage = 500;

    private readonly PastCaller _host;
    private readonly Func<Instrument, NumberRange, CancellationToken, Task<IReadOnlyList<IHistoryRecord>>> _read;

    private DeribitPastSeries(
        PastCaller host, HistoryTable table, TimeSpan step, int pageRows,
        Func<Instrument, NumberRange, CancellationToken, Task<IReadOnlyList<IHistoryRecord>>> read) =>
        (_host, Table, Step, PageRows, _read) = (host, table, step, pageRows, read);

    public HistoryTable Table { get; }

    public TimeSpan Step { get; }

    public int PageRows { get; }

    // Funding is of an hour that is over when it is published.
    public bool IsOfPeriods => Table != HistoryTable.FundingRates;

    public bool MayLackRows => Table == HistoryTable.ExchangeCandles;

    public Task<long> ReadTimeAsync(CancellationToken cancellationToken) => _host.ReadTimeAsync(cancellationToken);

    public Task<IReadOnlyList<IHistoryRecord>> ReadAsync(Instrument instrument, NumberRange times, CancellationToken cancellationToken) =>
        _read(instrument, times, cancellationToken);

    /// <summary>Candles of trades.</summary>
    public static DeribitPastSeries Candles(PastCaller host, TimeSpan resolution) => new(
        host, HistoryTable.ExchangeCandles, resolution, CandlesPerPage, async (instrument, times, token) =>
        {
            var series = await host.CallAsync(
                caller => caller.GetTradingViewChartDataAsync(instrument.Name, times.From, times.To, Word(resolution, TimeSpan.FromMinutes(1)), token),
                token);
            return
            [
                .. series.Rows.Select(row => new ExchangeCandle
                {
                    Exchange = DeribitExchange.ExchangeName,
                    InstrumentName = instrument.Name,
                    Resolution = resolution,
                    ExchangeTimeUnixMs = row.TimeUnixMs,
                    ReceivedAtUnixNs = series.ReceivedAtUnixNs,
                    Open = row.Open,
                    High = row.High,
                    Low = row.Low,
                    Close = row.Close,
                    Volume = row.Volume,
                    Cost = row.Cost,
                }),
            ];
        });

    /// <summary>Funding of a perpetual.</summary>
    public static DeribitPastSeries Funding(PastCaller host) => new(
        host, HistoryTable.FundingRates, TimeSpan.FromHours(1), HoursPerPage, async (instrument, times, token) =>
        {
            var series = await host.CallAsync(
                caller => caller.GetFundingRateHistoryAsync(instrument.Name, times.From, times.To, token), token);
            return
            [
                .. series.Rows.Select(row => new FundingRate
                {
                    Exchange = DeribitExchange.ExchangeName,
                    InstrumentName = instrument.Name,
                    ExchangeTimeUnixMs = row.TimeUnixMs,
                    ReceivedAtUnixNs = series.ReceivedAtUnixNs,
                    IndexPrice = row.IndexPrice,
                    PreviousIndexPrice = row.PreviousIndexPrice,
                    Interest1Hour = row.Interest1Hour,
                    Interest8Hours = row.Interest8Hours,
                }),
            ];
        });

    /// <summary>Candles of a currency's volatility index, which come in pages from the newest to the oldest.</summary>
    public static DeribitPastSeries Volatility(PastCaller host, TimeSpan resolution) => new(
        host, HistoryTable.VolatilityIndex, resolution, CandlesPerPage, async (instrument, times, token) =>
        {
            var rows = new List<IHistoryRecord>();
            for (long? end = times.To; end is { } until;)
            {
                var page = await host.CallAsync(
                    caller => caller.GetVolatilityIndexDataAsync(instrument.Name, times.From, until, Word(resolution, TimeSpan.FromSeconds(1)), token),
                    token);
                rows.AddRange(page.Rows.Select(row => new VolatilityCandle
                {
                    Exchange = DeribitExchange.ExchangeName,
                    InstrumentName = instrument.Name,
                    Resolution = resolution,
                    ExchangeTimeUnixMs = row.TimeUnixMs,
                    ReceivedAtUnixNs = page.ReceivedAtUnixNs,
                    Open = row.Open,
                    High = row.High,
                    Low = row.Low,
                    Close = row.Close,
                }));

                // One that does not go back would never end.
                end = page.Continuation is { } next && next < until && next >= times.From ? next : null;
            }

            return rows;
        });

    // The exchange's word for a resolution: so many of its units, or a day.
    private static string Word(TimeSpan resolution, TimeSpan unit) =>
        resolution == TimeSpan.FromDays(1) ? "1D" : (resolution.Ticks / unit.Ticks).ToString(CultureInfo.InvariantCulture);
}
