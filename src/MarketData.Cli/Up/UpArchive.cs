using Confluent.Kafka;

using MarketData.Kafka;
using MarketData.Kafka.Archive;
using MarketData.Parquet;
using MarketData.Pipeline;

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.Cli.Up;

/// <summary>
/// The archiver in this process, beside the Kafka of this process. Comes in: one configuration. Goes out: every event in Parquet files. Owns:
/// its container and its task.
/// </summary>
internal sealed class UpArchive : IAsyncDisposable
{
    /// <summary>How it is called among the sinks.</summary>
    public const string Sink = "files";

    /// <summary>Between a file for each second, which are too many, and a history that lags behind what a person looks at.</summary>
    private static readonly TimeSpan BatchAge = TimeSpan.FromSeconds(5);

    /// <summary>What is on its way when the catching up is over.</summary>
    private static readonly TimeSpan LastDrain = TimeSpan.FromSeconds(3);

    private readonly ServiceProvider _container;
    private readonly KafkaArchive _archive;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private CancellationTokenRegistration _hurry;
    private Task _run = Task.CompletedTask;
    private TimeSpan _patience;
    private ArchiveEnd? _end;
    private string _why = "it was not stopped in order.";

    public UpArchive(IConfiguration configuration, ILoggerFactory loggerFactory)
    {
        _container = new ServiceCollection()
            .AddSingleton(configuration)
            .AddSingleton(loggerFactory)
            .AddLogging()
            .AddMetrics()
            .AddParquetHistory()
            .AddKafkaArchive(options =>
            {
                // What the configuration says, but no file for each second.
                options.BatchAge = options.BatchAge > BatchAge ? options.BatchAge : BatchAge;

                // This Kafka forgets silently what its memory does not hold.
                options.IsFromFirst = true;
                // The archive is stopped when that is over: it has what is left of the time of [shutdown].
                _patience = options.DrainTimeout;
                options.StopTimeout -= _patience;
                options.DrainTimeout = LastDrain < options.StopTimeout / 2 ? LastDrain : options.StopTimeout / 2;
            })
            .BuildServiceProvider();
        _archive = _container.GetRequiredService<KafkaArchive>();
        Health = new ArchiveHealthCheck(_archive);
    }

    /// <summary>Its readiness.</summary>
    public IHealthCheck Health { get; }

    /// <summary>Completes when the archive has ended: by a fault, for nothing else ends it before the stop.</summary>
    public Task Ended => _run;

    /// <summary>Whether it reads, or has ended.</summary>
    public bool IsReading => _archive.IsReading || _run.IsCompleted;

    /// <summary>Why something is not archived, or was not.</summary>
    public IEnumerable<string> Reasons => _archive.Reasons.Concat(_archive.Warnings);

    /// <summary>What became of the events on Kafka: while it runs of those that were read, in the end of all.</summary>
    public SinkLine Line
    {
        get
        {
            var counters = _archive.Counters;
            var reasons = _archive.Reasons;
            var status = reasons.Count == 0 ? new LaneStatus(LaneState.Ready) : new LaneStatus(LaneState.Degraded, reasons[0]);
            var (deadLetters, lost) = (counters.DeadLetters, counters.Lost);
            if (_end is not { Records: { } all } end)
                return new SinkLine(Sink, "archiver", status, counters.Read + lost, counters.Stored, counters.Waiting, 0, 0, deadLetters + lost, null, null) { Lost = lost };
            lost += end.Behind;
            return new SinkLine(Sink, "archiver", new LaneStatus(LaneState.Ready), all, all - deadLetters - lost, 0, 0, 0, deadLetters + lost, null, null) { Lost = lost };
        }
    }

    /// <summary>What is to be said of the files besides; null: nothing.</summary>
    public string? Remark => _end switch
    {
        { IsComplete: true } => null,
        { Records: not null } => $"The files lack events that ended with the Kafka of this process: {_why}",
        _ => $"It is not known how many events the files lack: {_why}",
    };

    /// <summary>Begins.</summary>
    /// <param name="hurry">That the process must end soon: what is stored then has the time of <c>[shutdown]</c>; without it there is no limit.</param>
    public void Start(CancellationToken hurry)
    {
        _hurry = hurry.Register(() => _giveUp.CancelAfter(_patience));
        _run = Task.Run(() => _archive.RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>Stores everything that is on Kafka, to which nothing may be written any more, and ends.</summary>
    /// <returns>Whether everything is stored.</returns>
    /// <exception cref="MarketDataError">It had ended by a fault.</exception>
    public async Task<bool> StopAsync()
    {
        var caughtUp = _archive.CatchUpAsync(_giveUp.Token);

        // One that has ended comes no further: then only what is missing is counted.
        if (await Task.WhenAny(_run, caughtUp) == _run)
            _giveUp.CancelAfter(LastDrain);
        _end = await caughtUp;
        _why = _archive.Reasons is [var reason, ..] ? reason : "the time of [shutdown] was over.";
        await _stop.CancelAsync();
        try
        {
            await _run;
        }
        catch (KafkaException exception)
        {
            throw new SinkError("kafka", $"The archiver ended: {exception.Error.Reason}.", exception);
        }
        return _end.IsComplete && _archive.Counters is { Lost: 0, DeadLetters: 0 };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _container.DisposeAsync();
        await _hurry.DisposeAsync();
        _giveUp.Dispose();
        _stop.Dispose();
    }
}
