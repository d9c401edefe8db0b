namespace MarketData.History.Rows;

/// <summary>What the exchange publishes of its past as rows. No connection brought it, so that there is no epoch.</summary>
internal static class SeriesLayout
{
    private static readonly HistoryColumn _resolution = new(HistoryLayout.Resolution, HistoryColumnKind.Whole);
    private static readonly HistoryColumn[] _times =
        [new("timestamp", HistoryColumnKind.Milliseconds), new("received_at", HistoryColumnKind.Nanoseconds)];

    public static HistoryLayout Candles { get; } = HistoryLayout.OfSeries<ExchangeCandle>(
        HistoryTable.ExchangeCandles,
        [HistoryLayout.Resolution, "timestamp"],
        [
            _resolution, .. _times, .. Columns(HistoryColumnKind.Exact, "open", "high", "low", "close"),
            new("volume", HistoryColumnKind.Computed, IsOptional: true), new("cost", HistoryColumnKind.Computed, IsOptional: true),
        ],
        (row, candle) =>
        {
            row.Add(Seconds(candle.Resolution));
            row.Add((long?)candle.ExchangeTimeUnixMs);
            row.Add((long?)candle.ReceivedAtUnixNs);
            row.Add((decimal?)candle.Open);
            row.Add((decimal?)candle.High);
            row.Add((decimal?)candle.Low);
            row.Add((decimal?)candle.Close);
            row.Add(candle.Volume);
            row.Add(candle.Cost);
        });

    public static HistoryLayout Funding { get; } = HistoryLayout.OfSeries<FundingRate>(
        HistoryTable.FundingRates,
        ["timestamp"],
        [
            .. _times, new("index_price", HistoryColumnKind.Exact, IsOptional: true), new("prev_index_price", HistoryColumnKind.Exact, IsOptional: true),
            new("interest_1h", HistoryColumnKind.Computed), new("interest_8h", HistoryColumnKind.Computed, IsOptional: true),
        ],
        (row, rate) =>
        {
            row.Add((long?)rate.ExchangeTimeUnixMs);
            row.Add((long?)rate.ReceivedAtUnixNs);
            row.Add(rate.IndexPrice);
            row.Add(rate.PreviousIndexPrice);
            row.Add((double?)rate.Interest1Hour);
            row.Add(rate.Interest8Hours);
        });

    public static HistoryLayout Volatility { get; } = HistoryLayout.OfSeries<VolatilityCandle>(
        HistoryTable.VolatilityIndex,
        [HistoryLayout.Resolution, "timestamp"],
        [_resolution, .. _times, .. Columns(HistoryColumnKind.Computed, "open", "high", "low", "close")],
        (row, candle) =>
        {
            row.Add(Seconds(candle.Resolution));
            row.Add((long?)candle.ExchangeTimeUnixMs);
            row.Add((long?)candle.ReceivedAtUnixNs);
            row.Add((double?)candle.Open);
            row.Add((double?)candle.High);
            row.Add((double?)candle.Low);
            row.Add((double?)candle.Close);
        });

    private static long? Seconds(TimeSpan resolution) => resolution.Ticks / TimeSpan.TicksPerSecond;

    private static IEnumerable<HistoryColumn> Columns(HistoryColumnKind kind, params string[] names) =>
        names.Select(name => new HistoryColumn(name, kind));
}
