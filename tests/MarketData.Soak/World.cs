using MarketData.Exchanges;
using MarketData.Soak.Faults;
using MarketData.Soak.Oracle;
using MarketData.Soak.Sinks;
using MarketData.Soak.Time;
using MarketData.Soak.Venue;

namespace MarketData.Soak;

/// <summary>
/// One seed's world: an exchange, a collector, sinks, faults and the oracle, in virtual time. Comes in: a seed. Goes out: a verdict.
/// </summary>
internal sealed partial class World : IDisposable
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCalm = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan LastWatch = TimeSpan.FromSeconds(20);

    private readonly SoakOptions _options;
    private readonly Dice _dice;
    private readonly Exchange _exchange;
    private readonly Witness _witness;
    private readonly Reader _reader;
    private readonly Topic _topic;
    private readonly RedisStore _redis;
    private readonly SoakLog _logs;
    private readonly bool _withKey;
    private readonly int _places;
    private readonly HashSet<string> _configured = new(StringComparer.Ordinal);
    private CollectorRun _run = null!;
    private Task _following = Task.CompletedTask;
    private int _runs;

    public World(SoakOptions options)
    {
        _options = options;
        _dice = new Dice(options.Seed).Fork("world");
        Verdict = new Verdict(Time);
        _witness = new Witness(Verdict);
        var retention = _dice.Chance(0.8) ? TimeSpan.FromHours(24) : TimeSpan.FromSeconds(_dice.Between(60, 400));
        _exchange = new Exchange(Time, _dice.Fork("exchange"), _witness, new ExchangeShape(_dice.Between(1, 60), retention, TimeSpan.FromSeconds(150)));
        _reader = new Reader(Verdict, _witness, options);
        _topic = new Topic(Time, _dice.Fork("topic"), _reader);
        _redis = new RedisStore(Time);
        _logs = new SoakLog(Time, options.Verbose);
        _withKey = _dice.Chance(0.3);
        _places = _dice.Chance(0.3) ? _dice.Between(50, 400) : 20_000;
    }

    public VirtualTime Time { get; } = new();

    public Verdict Verdict { get; }

    public IReadOnlyList<InjectedFault> Faults => _faults;

    /// <summary>Runs the world to its end.</summary>
    public async Task RunAsync()
    {
        foreach (var instrument in Instruments.Make(_dice.Fork("instruments")))
            Know(instrument, isConfigured: true);
        await StartAsync();
        _exchange.UnplannedDropAt = _options.Mutation == Mutation.UnplannedDrop ? 40 : -1;
        PlanFaults();
        PlanCheck();
        await Time.RunUntilAsync(_options.Duration);
        await CalmAsync();
        if (Verdict.Count == 0 || _options.Verbose)
            await Time.RunUntilAsync(Time.Elapsed + LastWatch);
        await AwaitAsync(EndAsync(isKill: false));
        foreach (var trades in _reader.Trades)
        {
            var isCollected = _configured.Contains(trades.Instrument.Name) && trades.Instrument.IsOpen;
            trades.Settle(_exchange.Shape.Retention > Time.Elapsed, isCollected ? null : _topic.Positions.Load("deribit." + trades.Instrument.Name));
            Verdict.Check(trades.RefusalsUntold == 0, () => $"{trades.Instrument.Name}: {trades.RefusalsUntold} refused trades were not reported.");
        }

        foreach (var book in _reader.Books)
            Verdict.Check(book.RefusalsUntold == 0, () => $"{book.Instrument.Name}: {book.RefusalsUntold} refused book events were not reported.");
        // Not held against it: a quiet stream's closing bears the time of its last change, which may lie before the interruption.
        foreach (var violation in _reader.Law.Violations.Where(one => !one.StartsWith("The interval ends", StringComparison.Ordinal)))
            Verdict.Fail($"The ledger breaks its law: {violation}");
        CheckTrafficFlowed();
    }

    /// <inheritdoc/>
    public void Dispose() => _logs.Dispose();

    /// <summary>A number over every byte that Kafka stored, in order.</summary>
    public ulong Digest => _reader.Digest;

    /// <summary>One line on what was done.</summary>
    public string Summary() =>
        $"{Time.Elapsed.TotalMinutes:0.0} min, {_reader.Messages} messages, {_reader.Books.Sum(book => book.Checked)} books compared, "
        + $"{_reader.Trades.Sum(trades => trades.Count)} trades, {_faults.Count(fault => fault.Hits > 0)} faults of "
        + $"{_faults.Where(fault => fault.Hits > 0).Select(fault => fault.Kind).Distinct().Count()} kinds, {_exchange.Connections} connections, {_runs} runs";

    private void Know(VenueInstrument instrument, bool isConfigured)
    {
        _exchange.List(instrument);
        _reader.Know(instrument);
        if (isConfigured)
            _configured.Add(instrument.Name);
    }

    private async Task StartAsync()
    {
        _runs++;
        _witness.IsStopping = false;
        _untoldPositions.Clear();
        _reader.BeginRun();
        _topic.BeginRun();
        _run = new CollectorRun(_exchange, _topic, _redis, _dice.Fork($"run{_runs}"), Time, _logs, _withKey, _places);
        await _run.StartAsync();
        _following = FollowAsync(_run);
    }

    // What the collector's host does: asks for the list, says what is wanted of it, and again when the list changes.
    private async Task FollowAsync(CollectorRun run)
    {
        try
        {
            for (var version = 0L; ;)
            {
                _known = [.. await run.Exchange.GetInstrumentsAsync(run.Stopping)];
                await CollectAsync(run);
                version = await run.Exchange.WaitForListingsAsync(version, run.Stopping);
            }
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested)
        {
            // The run ends.
        }
    }

    private IReadOnlyList<Instrument> _known = [];
    private readonly Dictionary<string, Trades.TradePosition?> _untoldPositions = new(StringComparer.Ordinal);
    private long? _interruptedAt;

    private static async Task FlushAsync(CollectorRun run)
    {
        try
        {
            await run.Kafka.FlushAsync(run.Stopping);
        }
        catch (Exception exception) when (exception is SinkError or OperationCanceledException && run.Stopping.IsCancellationRequested)
        {
            // The lane was ended by the stop; nothing is collected any more.
        }
    }

    private async Task CollectAsync(CollectorRun run)
    {
        // The host loads positions that are durable: what is on its way to Kafka is waited for.
        if (_known.Any(instrument => _configured.Contains(instrument.Name) && _witness.Story(instrument.Name) is null))
            await FlushAsync(run);
        if (run.Stopping.IsCancellationRequested)
            return;
        var wanted = _known.Where(instrument => _configured.Contains(instrument.Name)).ToList();
        foreach (var instrument in wanted)
        {
            if (_witness.Story(instrument.Name) is { } story)
            {
                story.IsLeaving = false;
                continue;
            }

            // Where the tape goes on is said until the collector has taken it, and never again, as the host does.
            _witness.Begin(_exchange.Instruments.First(one => one.Name == instrument.Name));
            _untoldPositions[instrument.Key] = _topic.Positions.Load(instrument.Key);
            _reader.Trade(instrument.Key).GoesOn(_untoldPositions[instrument.Key]);
        }

        foreach (var story in _witness.Stories)
            story.IsLeaving |= !wanted.Exists(instrument => instrument.Name == story.Instrument.Name);
        await run.Exchange.CollectAsync(
            [.. wanted.Select(instrument => new WantedInstrument
            {
                Instrument = instrument,
                LastTrade = _untoldPositions.GetValueOrDefault(instrument.Key),
                InterruptedSinceUnixMs = _interruptedAt,
                InterruptedBy = BookReader.Restarted,
            })],
            "The soak wants it no more.");
        _interruptedAt = null;
        foreach (var instrument in wanted)
            _untoldPositions.Remove(instrument.Key);
        foreach (var story in _witness.Stories.Where(story => story.IsLeaving).ToList())
            Leave(story);
    }

    // The instrument is not collected from here on: its ledger is complete once its last events are on the topic.
    private void Leave(BookStory story)
    {
        _witness.End(story.Instrument.Name);
    }

    private async Task EndAsync(bool isKill)
    {
        _witness.IsStopping = true;
        _interruptedAt = Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (isKill)
        {
            _topic.Cut();
            _redis.Cut();
            await _run.KillAsync();
        }
        else
        {
            CheckDrained(await _run.StopAsync());
            _topic.Positions.Write();
        }

        await _following;
        var isWhole = !isKill && _run.Kafka.Counters.Rejected == _topic.Refused;
        foreach (var book in _reader.Books)
            book.Settle(isWhole);
        foreach (var story in _witness.Stories.ToList())
            Leave(story);
        _witness.EndRun();
        foreach (var trades in _reader.Trades)
            trades.EndRun();
        if (isWhole)
            return;
        // What Kafka had not acknowledged went with the process, reports of what it refused included.
        foreach (var trades in _reader.Trades)
            trades.ForgetUndelivered();
        foreach (var book in _reader.Books)
            book.ForgetRefusals();
    }

    // Lets virtual time pass until a task ends.
    private async Task AwaitAsync(Task task)
    {
        var deadline = Time.Elapsed + LongestCalm;
        while (!task.IsCompleted && Time.Elapsed < deadline)
            await Time.RunUntilAsync(Time.Elapsed + TimeSpan.FromMilliseconds(100));
        Verdict.Check(task.IsCompleted, () => "The collector does not stop.");
        if (task.IsCompleted)
            await task;
    }

    private async Task CalmAsync()
    {
        Heal();
        var deadline = Time.Elapsed + LongestCalm;
        while (WhyUnwell() is not null && Time.Elapsed < deadline)
            await Time.RunUntilAsync(Time.Elapsed + CheckEvery);
        if (WhyUnwell() is { } why)
            Verdict.Fail($"{LongestCalm.TotalMinutes} minutes after the last fault, {why}");
    }
}
