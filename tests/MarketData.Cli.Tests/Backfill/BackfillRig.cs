using Deribit.Simulator;

using MarketData.Backfill;
using MarketData.Deribit.Past;
using MarketData.Parquet;
using MarketData.Parquet.Query;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Cli.Tests.Backfill;

/// <summary>
/// An exchange whose market stands still, so that every trade is one that a test made, and an empty history in files. The exchange's clock is the
/// test's; pauses between two calls are short.
/// </summary>
internal sealed class BackfillRig : IAsyncDisposable, IBackfillProgress
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-backfill-");

    private BackfillRig(SimulatorServer simulator, SteppedTime clock)
    {
        (Simulator, Clock) = (simulator, clock);
        Store = new ParquetHistory(new ParquetOptions { Directory = Root }, NullLogger<ParquetHistory>.Instance, TimeProvider.System);
        Past = DeribitPast.Open(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["exchanges:deribit:WsUrl"] = simulator.WebSocketUri.ToString(),
                ["exchanges:deribit:HistoryUrl"] = simulator.HistoryUri.ToString(),
            }).Build(),
            Say,
            new HurriedTime());

        // Begins with the number 1, as an instrument that was listed a moment ago.
        Name = simulator.Market.InstrumentNames.First(name => !name.EndsWith("PERPETUAL", StringComparison.Ordinal));
    }

    public SimulatorServer Simulator { get; }

    public SteppedTime Clock { get; }

    /// <summary>The instrument.</summary>
    public string Name { get; }

    public string Root => Path.Combine(_directory.FullName, "history");

    public ParquetHistory Store { get; }

    public DeribitPast Past { get; }

    public List<string> Sentences { get; } = [];

    public long FetchedRows { get; private set; }

    public long StoredRows { get; private set; }

    /// <summary>Called after each page.</summary>
    public Action? AfterPage { get; set; }

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<BackfillRig> StartAsync(SimulatorOptions? options = null)
    {
        var clock = new SteppedTime(standsStill: true);
        var simulator = await SimulatorServer.StartAsync(
            (options ?? new SimulatorOptions()) with
            {
                Instruments = 20, FramesPerSecond = 0, KeepHistory = true, EnforceCredits = false, TimeProvider = clock,
            },
            Token);
        var rig = new BackfillRig(simulator, clock);
        await rig.Store.StartAsync(Token);
        return rig;
    }

    /// <summary>Trades some minutes later; returns when, on the exchange's clock.</summary>
    public long Trade(int count)
    {
        Clock.Step(TimeSpan.FromMinutes(10));
        var from = Now;
        Simulator.Market.Trade(Name, count);
        Clock.Step(TimeSpan.FromMinutes(1));
        return from;
    }

    public async Task<BackfillResult> RunAsync(
        long fromUnixMs, long untilUnixMs, CancellationToken? stop = null, IReadOnlyList<IPastTrades>? hosts = null, TimeProvider? time = null)
    {
        (FetchedRows, StoredRows) = (0, 0);
        var instrument = await Past.FindAsync(Name, Token);
        return await new TradeBackfill(hosts ?? Past.Trades, new ParquetStoredRuns(Root), Store, this, time ?? TimeProvider.System)
            .RunAsync(instrument, fromUnixMs, untilUnixMs, stop ?? Token);
    }

    public Task<BackfillResult> RunAsync(IPastSeries series, string name, long fromUnixMs, long untilUnixMs)
    {
        (FetchedRows, StoredRows) = (0, 0);
        return new SeriesBackfill(series, new ParquetStoredRuns(Root), Store, this, TimeProvider.System)
            .RunAsync(new Instrument { Exchange = "deribit", Name = name }, fromUnixMs, untilUnixMs, Token);
    }

    /// <summary>The first column of an answer of the history.</summary>
    public string[] Ask(string sql)
    {
        using var questions = new HistoryQuestions(Root);
        return [.. questions.Ask(sql, out _, Token).Select(row => row[0]!)];
    }

    /// <summary>The files have these trades of the exchange, each once, as the exchange knows them.</summary>
    public void AssertStored(long fromSequence, long toSequence) => Assert.Equal(
        Simulator.Market.GetTrades(Name).Where(trade => trade.TradeSeq >= fromSequence && trade.TradeSeq <= toSequence)
            .Select(trade => FormattableString.Invariant($"{trade.TradeSeq} {trade.TradeId} {trade.Price:0.####} {trade.Amount:0.####} backfill 0")),
        Ask("SELECT concat_ws(' ', trade_seq, trade_id, rtrim(rtrim(price::DECIMAL(18, 4)::VARCHAR, '0'), '.'), "
            + $"rtrim(rtrim(amount::DECIMAL(18, 4)::VARCHAR, '0'), '.'), source, epoch) FROM trades WHERE instrument_name = '{Name}' ORDER BY trade_seq"));

    public void Begin(long missing)
    {
    }

    public void Fetched(long count)
    {
        FetchedRows += count;
        AfterPage?.Invoke();
    }

    public void Stored(long count) => StoredRows += count;

    public void Say(string sentence) => Sentences.Add(sentence);

    public async ValueTask DisposeAsync()
    {
        Past.Dispose();
        Store.Dispose();
        await Simulator.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
