using System.Diagnostics.CodeAnalysis;
using Deribit.Client.Channels;
using Deribit.Client.Protocol;
using Deribit.Client.Recording;
using Deribit.Client.Session;
using Deribit.Client.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deribit.Client;

/// <summary>
/// One connection to Deribit that keeps itself alive. Comes in: wanted channels and calls. Goes out: one ordered stream of messages, read
/// by one reader (<see cref="TryRead"/>), and replies. Owns: the socket, reconnecting, authentication, heartbeat, subscriptions and the
/// bounded queue to the reader. Runs on: the task that awaits <see cref="RunAsync"/>; notifications are decoded on the reader's thread.
/// </summary>
public sealed partial class DeribitClient : IDeribitSession
{
    private readonly INotificationDecoder _decoder;
    private readonly SessionContext _context;
    private readonly ConnectionLoop _loop;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    /// <summary>Creates a client; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="options">The operator's choices.</param>
    /// <param name="sharedBudget">The rate limit shared by every client of one account or address; null for one of its own.</param>
    /// <param name="timeProvider">The clock; default the system's.</param>
    /// <param name="logger">The log; default none.</param>
    /// <param name="tap">Takes a copy of everything that is received, for a recording; default none.</param>
    /// <param name="metrics">What is measured, and where it is shown; default nothing.</param>
    /// <exception cref="ArgumentException">The options cannot be used; the message lists every fault.</exception>
    public DeribitClient(DeribitClientOptions options, DeribitCallBudget? sharedBudget = null, TimeProvider? timeProvider = null,
        ILogger<DeribitClient>? logger = null, IDeribitTap? tap = null, DeribitClientMetrics? metrics = null)
        : this(options, sharedBudget, timeProvider, logger, null, new NotificationDecoder(), tap: tap, metrics: metrics)
    {
    }

    internal DeribitClient(DeribitClientOptions options, DeribitCallBudget? sharedBudget, TimeProvider? timeProvider,
        ILogger<DeribitClient>? logger, IDeribitSocketFactory? socketFactory, INotificationDecoder decoder, Func<double>? jitter = null,
        IDeribitTap? tap = null, DeribitClientMetrics? metrics = null)
    {
        OptionsCheck.Checked(options);
        var clock = timeProvider ?? TimeProvider.System;
        ILogger log = logger ?? NullLogger<DeribitClient>.Instance;
        var random = jitter ?? Random.Shared.NextDouble;
        var sessionTap = new SessionTap(tap);
        _decoder = decoder;
        _context = new SessionContext
        {
            Options = options,
            TimeProvider = clock,
            Logger = log,
            Queue = new MessageQueue(options.QueueMaxFrames, options.QueueMaxBytes,
                (raised, frames, bytes) => Alarm(log, raised, frames, bytes), sessionTap.TakeMessage),
            Tap = sessionTap,
            Subscriptions = new SubscriptionBook(options, clock, random),
            Budget = sharedBudget ?? new DeribitCallBudget(timeProvider: clock),
            Status = new StatusBoard(),
            Reconnect = new ReconnectPolicy(options, random),
            Metrics = metrics,
            Jitter = random,
        };
        _loop = new ConnectionLoop(_context, socketFactory ?? new DeribitSocketFactory(options, clock));
    }

    /// <summary>What the client says of itself right now; may be read on any thread.</summary>
    public DeribitClientStatus Status
    {
        get
        {
            var (wanted, acknowledged, unavailable) = _context.Subscriptions.Summary();
            return _context.Status.Now with
            {
                ChannelsWanted = wanted,
                ChannelsAcknowledged = acknowledged,
                ChannelsUnavailable = unavailable,
                LastFrameAge = _loop.Open?.Reader.SinceLastFrame,
                QueuedFrames = _context.Queue.Frames,
                QueuedBytes = _context.Queue.Bytes,
                QueueAlarm = _context.Queue.Alarm,
                CoolDownLeft = _context.Budget.CoolDownLeft,
            };
        }
    }

    /// <summary>How many messages were received up to this moment and not taken by <see cref="TryRead"/>; for the reader.</summary>
    public int Unread => _context.Queue.Frames;

    /// <summary>
    /// Connects, keeps the connection and reconnects until cancelled; then returns normally, and the stream ends. May be called once. The
    /// caller owns and awaits the task.
    /// </summary>
    /// <param name="cancellationToken">Stops the client.</param>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    /// <exception cref="DeribitRpcException">
    /// The credentials were rejected and <see cref="DeribitClientOptions.FallBackToPublicMode"/> is off.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("A client runs once: create a new one.");
        }

        if (_context.Options.Credentials is not null && _context.Options.Endpoint is { Scheme: "ws", IsLoopback: false } endpoint)
        {
            _context.Logger.CredentialsInClear(endpoint);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            await _loop.RunAsync(either.Token).ConfigureAwait(false);
        }
        finally
        {
            _context.Queue.Complete();
            _ended.TrySetResult();
        }
    }

    /// <summary>
    /// Takes the next message. One reader at a time; the message is valid until the next call.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <returns>False when none waits; see <see cref="WaitToReadAsync"/>.</returns>
    public bool TryRead([NotNullWhen(true)] out DeribitMessage? message)
    {
        if (!_context.Queue.TryRead(out var item))
        {
            message = null;
            return false;
        }

        if (item.Slab is null)
        {
            message = item.Message;
            return message is not null;
        }

        try
        {
            message = Decode(item);
            return true;
        }
        finally
        {
            _context.Queue.Return(item);
        }
    }

    /// <summary>Waits until a message can be taken.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the client was stopped and everything was read.</returns>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _context.Queue.WaitToReadAsync(cancellationToken);

    /// <summary>
    /// Wants these channels, now and after every reconnect. Returns at once; the outcome comes in the stream. Any thread.
    /// </summary>
    /// <param name="channels">Names such as <c>book.BTC-PERPETUAL.raw</c>. One that was given up is tried anew.</param>
    public void Subscribe(IEnumerable<string> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        _context.Subscriptions.Want(channels);
    }

    /// <summary>
    /// Wants these channels no more. Returns at once; data may still come for a moment. One that is wanted again right away is unsubscribed
    /// all the same and then subscribed anew, because a second subscribe alone brings no snapshot. Any thread.
    /// </summary>
    /// <param name="channels">The names as given to <see cref="Subscribe"/>.</param>
    /// <returns>
    /// Those whose data may still come, as their data names them; each ends with a <see cref="DeribitChannelsEnded"/> in the stream, or with
    /// the connection.
    /// </returns>
    public IReadOnlyList<string> Unsubscribe(IEnumerable<string> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        return _context.Subscriptions.Unwant(channels);
    }

    /// <summary>Drops the connection, if there is one, and connects again with the usual back-off. Any thread.</summary>
    /// <param name="reason">Why, for the log and the stream.</param>
    public void Reconnect(string reason) => _loop.Open?.Drop(new Drop(DeribitDisconnectReason.Requested, reason));

    /// <summary>Stops the client, waits for <see cref="RunAsync"/> to end and gives every buffer back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            await _ended.Task.ConfigureAwait(false);
        }

        _context.Queue.Complete();
        while (_context.Queue.TryRead(out var item))
        {
            _context.Queue.Return(item);
        }
    }

    private DeribitMessage Decode(in QueueItem item)
    {
        if (_context.Metrics is not { MeasuresDecoding: true } metrics)
        {
            return _decoder.Decode(item.Frame, item.ReceivedAtUnixNs, item.Generation);
        }

        var begun = _context.TimeProvider.GetTimestamp();
        var message = _decoder.Decode(item.Frame, item.ReceivedAtUnixNs, item.Generation);
        metrics.Decoded(_context.TimeProvider.GetElapsedTime(begun));
        return message;
    }

    private static void Alarm(ILogger log, bool raised, int frames, long bytes)
    {
        if (raised)
        {
            log.ReaderSlow(frames, bytes);
        }
        else
        {
            log.ReaderCaughtUp(frames, bytes);
        }
    }
}
