using Deribit.Client;
using Deribit.Client.Channels;
using MarketData.Deribit;
using MarketData.Events;
using MarketData.Kafka;
using MarketData.Pipeline;
using MarketData.Redis;
using MarketData.Redis.Connection;
using MarketData.Soak.Sinks;
using MarketData.Soak.Time;
using MarketData.Soak.Transport;

using Microsoft.Extensions.Logging;

namespace MarketData.Soak;

/// <summary>
/// One life of a collector: the real exchange adapter, client, books, tapes, pipeline and lanes, put together as the host does it, between
/// the soak's exchange and the soak's sinks.
/// </summary>
internal sealed class CollectorRun : IAsyncDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(26);

    private readonly EventPipeline _pipeline;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp;
    private Task _pump = Task.CompletedTask;

    public CollectorRun(Venue.Exchange venue, Topic topic, RedisStore redis, Dice dice, VirtualTime time, ILoggerFactory logs, bool withKey, int places)
    {
        _giveUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var options = new DeribitExchangeOptions
        {
            // In memory only: no archive over HTTP.
            WsUrl = new Uri("ws://soak.invalid/ws/api/v2"), HistoryUrl = null, Key = withKey ? "key" : null, Secret = withKey ? "secret" : null,
        };
        var jitter = dice.Fork("client");
        var budget = new DeribitCallBudget(timeProvider: time) { Jitter = jitter.NextDouble };
        Exchange = new DeribitExchange(options, budget, time, logs, client => new DeribitClient(
            client, budget, time, logs.CreateLogger<DeribitClient>(), new WireFactory(venue, time), new NotificationDecoder(), jitter.NextDouble));
        Kafka = new KafkaLane(
            new KafkaOptions { BootstrapServers = "soak:9092", QueueCapacity = places }, "soak", static (one, output) => EventJson.Write(output, one),
            time, logs.CreateLogger<KafkaLane>(), null, topic.Open, topic, dice.Fork("kafka").NextDouble);
        if (!RedisAddress.TryParse("redis://soak:6379", out var address))
            throw new InvalidOperationException("The soak's own address of Redis cannot be used.");
        Redis = new RedisLane(
            new RedisOptions(), address, redis.Connect(), static (one, output) => EventJson.Write(output, one), logs.CreateLogger<RedisLane>(),
            time, new LagHistogram(time), new Random((int)(dice.Fork("redis").Next() & int.MaxValue)));
        _pipeline = new EventPipeline([Kafka, Redis], time, logs.CreateLogger<EventPipeline>());
    }

    public DeribitExchange Exchange { get; }

    public KafkaLane Kafka { get; }

    public RedisLane Redis { get; }

    public long Published { get; private set; }

    public long PublishedData { get; private set; }

    /// <summary>Whether the pump waits for room on a lane.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>What ended the pump; null while it runs or when it ended as told.</summary>
    public Exception? Failure { get; private set; }

    public CancellationToken Stopping => _stop.Token;

    public async Task StartAsync()
    {
        await _pipeline.StartAsync(CancellationToken.None);
        _pump = PumpAsync();
    }

    /// <summary>Stops as the host does: intake, then lanes within the deadline. Returns whether everything was delivered.</summary>
    public async Task<bool> StopAsync()
    {
        await _stop.CancelAsync();
        _giveUp.CancelAfter(DrainTimeout);
        await _pump;
        var complete = await _pipeline.DrainAsync(DrainTimeout);
        await DisposeAsync();
        return complete;
    }

    /// <summary>Ends without a drain: what was not acknowledged is lost with the process.</summary>
    public async Task KillAsync()
    {
        await _giveUp.CancelAsync();
        await _stop.CancelAsync();
        await _pump;
        await DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Exchange.DisposeAsync();
        await _pipeline.DisposeAsync();
        _giveUp.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var marketEvent in Exchange.StreamAsync(DataKind.OrderBook | DataKind.Trade | DataKind.Ticker, _stop.Token))
            {
                Published++;
                PublishedData += marketEvent is IntegrityEvent ? 0 : 1;
                IsHeld = true;
                await _pipeline.PublishAsync(marketEvent, _giveUp.Token);
                IsHeld = false;
            }
        }
        catch (OperationCanceledException) when (_giveUp.IsCancellationRequested)
        {
            // The deadline of the stop passed while a lane was full.
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
    }
}
