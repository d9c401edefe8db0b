using MarketData.Exchanges;

namespace MarketData.Cli.Symbols;

/// <summary>
/// How many messages instruments make, measured on some of them: a few of each sort, because a perpetual makes a hundred times what an option
/// makes.
/// </summary>
internal sealed class RateSample
{
    private const int MostPerSort = 20;
    private static readonly TimeSpan SubscribePatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<(string Sort, DataKind Kind), double> _perInstrument = [];

    private RateSample(int sampled) => Sampled = sampled;

    /// <summary>How many instruments were listened to.</summary>
    public int Sampled { get; }

    /// <summary>The messages of one kind that the instruments make in a second, by what others of their sort made.</summary>
    public double PerSecond(DataKind kind, IEnumerable<Instrument> instruments) =>
        instruments.Sum(instrument => _perInstrument.GetValueOrDefault((SortOf(instrument), kind)));

    /// <summary>Listens to some of the instruments.</summary>
    public static async Task<RateSample> MeasureAsync(
        IExchange exchange, IReadOnlyList<Instrument> instruments, DataKind kinds, TimeSpan duration, CancellationToken stop)
    {
        var chosen = instruments.GroupBy(SortOf, StringComparer.Ordinal).SelectMany(Spread).ToList();
        var sorts = chosen.ToDictionary(instrument => instrument.Name, SortOf, StringComparer.Ordinal);
        var counts = new Dictionary<(string Sort, DataKind Kind), long>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var isCounting = false;
        var listening = ListenAsync();
        await exchange.CollectAsync([.. chosen.Select(instrument => new WantedInstrument { Instrument = instrument })], "");
        var started = TimeProvider.System.GetTimestamp();
        bool IsSubscribed() => exchange.Status is { ChannelsWanted: > 0 } status
            && status.ChannelsAcknowledged + status.ChannelsUnavailable.Count >= status.ChannelsWanted;
        while (!IsSubscribed() && TimeProvider.System.GetElapsedTime(started) < SubscribePatience)
            await Task.Delay(Look, TimeProvider.System, stop);
        Volatile.Write(ref isCounting, true);
        await Task.Delay(duration, TimeProvider.System, stop);
        await over.CancelAsync();
        await listening;
        stop.ThrowIfCancellationRequested();
        var rates = new RateSample(chosen.Count);
        foreach (var (of, count) in counts)
            rates._perInstrument[of] = count / duration.TotalSeconds / chosen.Count(instrument => SortOf(instrument) == of.Sort);
        return rates;

        async Task ListenAsync()
        {
            await foreach (var marketEvent in exchange.StreamAsync(kinds, over.Token))
            {
                // Trades of one message count one by one; snapshots are ours, not the exchange's.
                var kind = marketEvent switch
                {
                    OrderBookEvent { Action: BookAction.Update } => DataKind.OrderBook,
                    TradeEvent => DataKind.Trade,
                    TickerEvent => DataKind.Ticker,
                    _ => DataKind.None,
                };
                if (Volatile.Read(ref isCounting) && kind != DataKind.None && sorts.TryGetValue(marketEvent.InstrumentName, out var sort))
                    counts[(sort, kind)] = counts.GetValueOrDefault((sort, kind)) + 1;
            }
        }
    }

    private static string SortOf(Instrument instrument) => $"{instrument.Kind}/{instrument.SettlementPeriod}/{instrument.BaseCurrency}";

    // Evenly over the list, which the exchange orders by expiry.
    private static IEnumerable<Instrument> Spread(IEnumerable<Instrument> sort)
    {
        var all = sort.ToList();
        var count = Math.Min(MostPerSort, all.Count);
        return Enumerable.Range(0, count).Select(index => all[index * all.Count / count]);
    }
}
