using System.Collections.Concurrent;
using System.Text;
using Deribit.Client.Protocol;
using Deribit.Client.Transport;
using Microsoft.Extensions.Logging;

namespace Deribit.Client.Tests.Session;

/// <summary>A client with a recording decoder, a recording log and, unless told otherwise, a reader.</summary>
internal sealed class ClientUnderTest : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    public ClientUnderTest(FakeExchange exchange, Func<DeribitClientOptions, DeribitClientOptions>? configure = null,
        DeribitCallBudget? budget = null, bool reads = true, IDeribitSocketFactory? sockets = null, TimeProvider? timeProvider = null,
        IDeribitTap? tap = null)
        : this(exchange.Endpoint, configure, budget, reads, sockets, timeProvider, tap)
    {
    }

    public ClientUnderTest(Uri endpoint, Func<DeribitClientOptions, DeribitClientOptions>? configure = null,
        DeribitCallBudget? budget = null, bool reads = true, IDeribitSocketFactory? sockets = null, TimeProvider? timeProvider = null,
        IDeribitTap? tap = null)
    {
        var options = new DeribitClientOptions
        {
            Endpoint = endpoint,
            BackoffBase = TimeSpan.FromMilliseconds(20),
            BackoffCap = TimeSpan.FromMilliseconds(200),
            CircuitThreshold = 1_000,
            CloseTimeout = TimeSpan.FromMilliseconds(500),
            SubscribeRetryBase = TimeSpan.FromMilliseconds(20),
        };
        Client = new DeribitClient(
            configure?.Invoke(options) ?? options, budget ?? new DeribitCallBudget(1_000_000, 1_000_000), timeProvider,
            new Logger(this), sockets, new EchoDecoder(), tap: tap);
        Running = Client.RunAsync(_stop.Token);
        _reading = reads ? ReadAsync() : Task.CompletedTask;
    }

    public DeribitClient Client { get; }

    public Task Running { get; }

    public Watched<DeribitMessage> Messages { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    public Task<DeribitMessage> ConnectedAsync(long generation = 1) =>
        Messages.FirstAsync(message => message is DeribitConnected && message.Generation == generation, $"connection {generation}");

    public Task<DeribitMessage> DisconnectedAsync(long generation = 1) =>
        Messages.FirstAsync(message => message is DeribitDisconnected && message.Generation == generation,
            $"the end of connection {generation}");

    public Task<IReadOnlyList<DeribitMessage>> AcknowledgedAsync(params string[] channels) => Messages.UntilAsync(
        all => channels.All(all.OfType<DeribitChannelsAcknowledged>().SelectMany(message => message.Channels).Contains),
        "acknowledgement of " + string.Join(", ", channels));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running;
    }

    public async Task ReadAsync()
    {
        while (await Client.WaitToReadAsync(CancellationToken.None))
        {
            while (Client.TryRead(out var message))
            {
                Messages.Add(message);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Task.WhenAny(Running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Client.DisposeAsync();
        await _reading;
        _stop.Dispose();
    }

    private sealed class EchoDecoder : INotificationDecoder
    {
        public DeribitMessage Decode(ReadOnlySpan<byte> frame, long receivedAtUnixNs, long generation) =>
            new Notification(Encoding.UTF8.GetString(frame)) { ReceivedAtUnixNs = receivedAtUnixNs, Generation = generation };
    }

    private sealed class Logger(ClientUnderTest owner) : ILogger<DeribitClient>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            owner.Log.Enqueue($"{eventId.Id} {logLevel} {formatter(state, exception)} {exception}");
    }
}

/// <summary>A subscription frame as its text.</summary>
internal sealed class Notification(string text) : DeribitMessage
{
    public string Text => text;

    public override string ToString() => text;
}
