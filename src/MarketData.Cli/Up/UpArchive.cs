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

    private readonly ServiceProvider _container;
    private readonly KafkaArchive _archive;
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private long _unread;

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
                options.BatchAge = BatchAge;

                // This Kafka forgets silently what its memory does not hold, and what it holds is gone at the end of the process: first the
                // catching up, then the stop, and the collectors were before.
                options.IsFromFirst = true;
                options.DrainTimeout /= 2;
            })
            .BuildServiceProvider();
        _archive = _container.GetRequiredService<KafkaArchive>();
        Health = new ArchiveHealthCheck(_archive);
    }

    /// <summary>Its readiness.</summary>
    public IHealthCheck Health { get; }

    /// <summary>Completes when the archive has ended: by a fault, for nothing else ends it before the stop.</summary>
    public Task Ended => _run;

    /// <summary>Why something is not archived, or was not.</summary>
    public IEnumerable<string> Reasons => _archive.Reasons.Concat(_archive.Warnings);

    /// <summary>What became of the events on Kafka.</summary>
    public SinkLine Line
    {
        get
        {
            var counters = _archive.Counters;
            var reasons = _archive.Reasons;
            var (stored, deadLetters, waiting, lost) = (counters.Stored, counters.DeadLetters, counters.Waiting, counters.Lost + _unread);
            return new SinkLine(
                Sink, "archiver", reasons.Count == 0 ? new LaneStatus(LaneState.Ready) : new LaneStatus(LaneState.Degraded, reasons[0]),
                stored + deadLetters + waiting + lost, stored, waiting, 0, 0, deadLetters + lost, null, null)
            {
                Lost = lost,
            };
        }
    }

    public void Start() => _run = Task.Run(() => _archive.RunAsync(_stop.Token));

    /// <summary>Stores everything that is on Kafka, to which nothing may be written any more, and ends.</summary>
    /// <returns>Whether everything is stored.</returns>
    /// <exception cref="MarketDataError">It had ended by a fault.</exception>
    public async Task<bool> StopAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var caughtUp = _archive.CatchUpAsync(over.Token);
        await Task.WhenAny(_run, caughtUp);
        await over.CancelAsync();
        var complete = caughtUp.IsCompletedSuccessfully && await caughtUp;
        var behind = complete ? 0 : _archive.Lag;
        await _stop.CancelAsync();
        await _run;

        // What was read and not stored is returned to a Kafka that ends now.
        _unread = complete ? 0 : behind + _archive.Counters.Returned;
        return complete && _archive.Counters is { Lost: 0, DeadLetters: 0 };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _container.DisposeAsync();
        _stop.Dispose();
    }
}
