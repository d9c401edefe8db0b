using System.Buffers;
using Confluent.Kafka;
using MarketData.Embedded.Kafka;
using MarketData.Events;
using MarketData.Kafka.Archive;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests.Support;

/// <summary>An archive between an embedded Kafka and a history whose batches end when the test says so.</summary>
public abstract class ArchiveTestBase : IAsyncDisposable
{
    private protected const string Topic = "market.trades";

    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected GatedHistory History { get; } = new();

    private protected EmbeddedKafka Kafka { get; private set; } = null!;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Kafka is not null) await Kafka.DisposeAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<KafkaArchive> StartAsync(bool run = true, TimeSpan? batchAge = null, TimeSpan? stopTimeout = null)
    {
        Kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = new ArchiveOptions
        {
            Group = "g", BatchAge = batchAge ?? TimeSpan.FromMinutes(1), IsFromFirst = true, DrainTimeout = TimeSpan.FromMilliseconds(100),
        };
        if (stopTimeout is { } timeout) options.StopTimeout = timeout;
        var archive = new KafkaArchive(
            new KafkaOptions { BootstrapServers = Kafka.BootstrapServers }, options, "it-archiver", History, TimeProvider.System, NullLogger<KafkaArchive>.Instance);
        if (!run) return archive;
        Run(archive);
        await Conditions.UntilAsync(() => archive.IsReading, "partitions");
        return archive;
    }

    private protected void Run(KafkaArchive archive) => _run = archive.RunAsync(_stop.Token);

    private protected async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
    }

    private protected static Task UntilReasonAsync(KafkaArchive archive, string code) => Conditions.UntilAsync(
        () => archive.Reasons.Any(reason => reason.StartsWith(code + ": ", StringComparison.Ordinal)),
        () => $"{code}, but {string.Join(" | ", archive.Reasons)}", () => { });

    private protected static Task UntilWarningAsync(KafkaArchive archive, string code) => Conditions.UntilAsync(
        () => archive.Warnings.Any(warning => warning.StartsWith(code + ": ", StringComparison.Ordinal)),
        () => $"{code}, but {string.Join(" | ", archive.Warnings)}", () => { });

    private protected static Task UntilWellAsync(KafkaArchive archive) => Conditions.UntilAsync(
        () => archive.IsReading && archive.Reasons.Count == 0 && archive.Warnings.Count == 0,
        () => $"well, but {string.Join(" | ", [.. archive.Reasons, .. archive.Warnings])}", () => { });

    // All of one key, hence in one partition; about 400 bytes each.
    private protected async Task ProduceAsync(int trades)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = Kafka.BootstrapServers, Acks = Acks.All })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var json = new ArrayBufferWriter<byte>();
        for (var sequence = 1; sequence <= trades; sequence++)
        {
            json.ResetWrittenCount();
            EventJson.Write(json, TestEvents.Trade("BTC-PERPETUAL", sequence));
            producer.Produce(Topic, new Message<string, byte[]>
            {
                Key = "deribit.BTC-PERPETUAL", Value = json.WrittenSpan.ToArray(), Headers = new Headers { { "epoch", "1"u8.ToArray() } },
            });
        }
        await Task.Run(() => producer.Flush(Token), Token);
    }
}
