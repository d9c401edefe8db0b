using System.Buffers;
using Confluent.Kafka;
using MarketData.Embedded.Kafka;
using MarketData.Events;
using MarketData.History;
using MarketData.Kafka.Archive;
using MarketData.Kafka.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests.Archive;

/// <summary>An archive whose Kafka is about to end: what it says of how far it came.</summary>
[Trait("kind", "integration")]
public sealed class CatchUpTests : IAsyncDisposable
{
    private const string Topic = "market.trades";

    // Kafka's protocol: the request's number, and the error's.
    private const short JoinGroupApi = 11;
    private const int InvalidSessionTimeout = 26;

    private readonly GatedHistory _history = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private EmbeddedKafka? _kafka;
    private Task _run = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batch_that_waits_for_more_goes_at_once_and_then_nothing_is_missing()
    {
        var archive = await StartAsync();
        await ProduceAsync(300);
        var end = archive.CatchUpAsync(_giveUp.Token);
        await Conditions.UntilAsync(() => _history.Count == 1, "the batch, long before its age");
        Assert.False(end.IsCompleted);
        _history.Pass(HistoryTable.Trades);
        Assert.Equal(new ArchiveEnd(300, 0), await end);
        Assert.True((await end).IsComplete);
    }

    [Fact]
    public async Task What_is_not_stored_when_the_time_is_over_is_counted()
    {
        var archive = await StartAsync();
        await ProduceAsync(300);
        var end = archive.CatchUpAsync(_giveUp.Token);
        await Conditions.UntilAsync(() => _history.Count == 1, "the batch");
        await _giveUp.CancelAsync();
        Assert.Equal(new ArchiveEnd(300, 300), await end);
    }

    [Fact]
    public async Task Archive_that_never_read_lacks_everything()
    {
        var archive = await StartAsync(run: false);
        await ProduceAsync(20);
        await _giveUp.CancelAsync();
        Assert.Equal(new ArchiveEnd(20, 20), await archive.CatchUpAsync(_giveUp.Token));
    }

    [Fact]
    public async Task What_Kafka_forgot_before_it_was_read_is_lost_and_not_behind()
    {
        var archive = await StartAsync(run: false);
        await ProduceAsync(20_000);
        _run = archive.RunAsync(_stop.Token);
        var end = archive.CatchUpAsync(_giveUp.Token);
        await Conditions.UntilAsync(() => archive.Counters.Lost + archive.Counters.Read == 20_000, "everything read that is there");
        await Conditions.UntilAsync(() => _history.Count == 1, "the batch");
        _history.Pass(HistoryTable.Trades);
        Assert.Equal(new ArchiveEnd(20_000, 0), await end);
        Assert.InRange(archive.Counters.Lost, 1, 19_999);
        Assert.Equal(20_000, archive.Counters.Stored + archive.Counters.Lost);
    }

    [Fact]
    public async Task Member_that_Kafka_refuses_says_so_until_it_is_let_in()
    {
        var archive = await StartAsync(run: false);
        _kafka!.PushErrors(JoinGroupApi, [.. Enumerable.Repeat(InvalidSessionTimeout, 1_000)]);
        _run = archive.RunAsync(_stop.Token);
        await Conditions.UntilAsync(
            () => archive.Reasons.Any(reason => reason.StartsWith("archiver_group_refused", StringComparison.Ordinal)), "the refusal");
        Assert.Contains("Set kafka.session_timeout_seconds", string.Join(' ', archive.Reasons), StringComparison.Ordinal);
        _kafka.ClearErrors(JoinGroupApi);
        await Conditions.UntilAsync(() => archive.IsReading && archive.Reasons.Count == 0, "its partitions");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        if (_kafka is not null) await _kafka.DisposeAsync();
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private async Task<KafkaArchive> StartAsync(bool run = true)
    {
        _kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var archive = new KafkaArchive(
            new KafkaOptions { BootstrapServers = _kafka.BootstrapServers },
            new ArchiveOptions { Group = "g", BatchAge = TimeSpan.FromMinutes(1), IsFromFirst = true, DrainTimeout = TimeSpan.FromMilliseconds(100) },
            "it-archiver", _history, TimeProvider.System, NullLogger<KafkaArchive>.Instance);
        if (run)
        {
            _run = archive.RunAsync(_stop.Token);
            await Conditions.UntilAsync(() => archive.IsReading, "partitions");
        }
        return archive;
    }

    // All of one key, hence in one partition; about 400 bytes each.
    private async Task ProduceAsync(int trades)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = _kafka!.BootstrapServers, Acks = Acks.All })
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
