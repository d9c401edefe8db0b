using Deribit.Simulator.Channels;
using Deribit.Simulator.Instruments;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Replay;

/// <summary>
/// In: a recording and a pace. Out: each recorded notification to every connection that holds a matching channel, under the name
/// that it subscribed and otherwise byte for byte. Owns the time line and the books as far as they have been served. Its loop takes
/// the hub's gate once per batch; at full speed it waits for the slowest socket instead of dropping.
/// </summary>
internal sealed partial class RecordedVenue : Venue
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(5);
    private const int BatchFrames = 512;
    private const int MostPendingBytes = 256 * 1024;
    private readonly SimulatorOptions _options;
    private readonly Dictionary<string, InstrumentSpec> _specs;
    private readonly Dictionary<string, RecordedBook> _books = [];
    private readonly Dictionary<string, List<RecordedTrade>> _trades = [];
    private readonly Dictionary<string, RecordedFrame> _tickers = [];
    private readonly Dictionary<string, List<Channel>> _routes = [];
    private readonly HashSet<string> _recordedTradeChannels;
    private readonly HashSet<string> _recordedWideRoutes;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ByteWriter _filtered = new();
    private long _served;

    public RecordedVenue(SimulatorOptions options, Hub hub, Recording recording)
        : base(hub)
    {
        _options = options;
        Recording = recording;
        _specs = recording.Instruments.ToDictionary(spec => spec.Name);
        _recordedTradeChannels =
            [.. recording.Frames.Where(frame => frame.Channel.Family == ChannelFamily.Trades).Select(frame => frame.Channel.Instrument)];
        _recordedWideRoutes =
        [
            .. recording.Frames.Where(frame => frame.Channel.Family == ChannelFamily.TradesByKind)
                .Select(frame => WideRoute(frame.Channel.Kind, frame.Channel.Currency)),
        ];
    }

    public Recording Recording { get; }

    public long Served => Interlocked.Read(ref _served);

    public Task Completed => _completed.Task;

    public void Start() => _started.TrySetResult();

    public override void OnSubscribed()
    {
        if (_options.StartReplayOnSubscribe)
        {
            Start();
        }
    }

    public override async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await WaitForStartAsync(cancellation);
            await ServeAsync(cancellation);
            await DrainAsync(0, cancellation);
            _completed.TrySetResult();
            await ServeDelayedAsync(cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _completed.TrySetException(exception);
            throw;
        }
        finally
        {
            _completed.TrySetCanceled(CancellationToken.None);
        }
    }

    public SimulatedBook? Book(string instrument) =>
        _books.TryGetValue(instrument, out var book) && book.IsKnown ? book.ToBook() : null;

    private async Task WaitForStartAsync(CancellationToken cancellation) => await _started.Task.WaitAsync(cancellation);

    private async Task ServeAsync(CancellationToken cancellation)
    {
        var frames = Recording.Frames;
        var began = Hub.Time.GetTimestamp();
        using var timer = new PeriodicTimer(TickPeriod, Hub.Time);
        for (var next = 0; next < frames.Count;)
        {
            var reached = double.IsPositiveInfinity(_options.ReplaySpeed)
                ? double.PositiveInfinity
                : Hub.Time.GetElapsedTime(began).TotalMilliseconds * _options.ReplaySpeed;
            lock (Hub.Gate)
            {
                for (var batch = 0; batch < BatchFrames && next < frames.Count && frames[next].TimeMs <= reached; batch++)
                {
                    Serve(frames[next++]);
                }

                Interlocked.Exchange(ref _served, next);
                Hub.SendDueSnapshots(this);
                Hub.Flush();
            }

            await DrainAsync(MostPendingBytes, cancellation);
            if (next < frames.Count && frames[next].TimeMs > reached)
            {
                await timer.WaitForNextTickAsync(cancellation);
            }
        }
    }

    // Snapshots that a fault delays may fall due after the last frame.
    private async Task ServeDelayedAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TickPeriod * 4, Hub.Time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            lock (Hub.Gate)
            {
                Hub.SendDueSnapshots(this);
                Hub.Flush();
            }
        }
    }

    private async Task DrainAsync(int bytes, CancellationToken cancellation)
    {
        Outbox[] outboxes;
        lock (Hub.Gate)
        {
            outboxes = [.. Hub.Sessions.Select(session => session.Outbox)];
        }

        foreach (var outbox in outboxes)
        {
            await outbox.WaitForRoomAsync(bytes).WaitAsync(cancellation);
        }
    }

    private void Serve(RecordedFrame frame)
    {
        var channel = frame.Channel;
        switch (channel.Family)
        {
            case ChannelFamily.Book:
                if (frame.Book is { } change)
                {
                    BookOf(channel.Instrument).Apply(change);
                }

                Pass(frame, "book." + channel.Instrument, frame.Book?.ChangeId ?? 0);
                break;
            case ChannelFamily.GroupedBook:
                Pass(frame, GroupedRoute(channel), 0);
                break;
            case ChannelFamily.Ticker:
                _tickers[channel.Instrument] = frame;
                Pass(frame, "ticker." + channel.Instrument, 0);
                break;
            case ChannelFamily.Trades:
            case ChannelFamily.TradesByKind:
                ServeTrades(frame);
                break;
            default:
                Pass(frame, Route(channel, frame.ChannelText), 0);
                break;
        }
    }

    private void Pass(RecordedFrame frame, string route, long id)
    {
        if (_routes.TryGetValue(route, out var channels))
        {
            foreach (var channel in channels)
            {
                Publish(frame, channel, id);
            }
        }
    }

    private void Publish(RecordedFrame frame, Channel channel, long id)
    {
        if (channel.IsHeld)
        {
            var line = frame.Line.Span;
            Hub.Publish(channel, line[..frame.ChannelStart], channel.Utf8Name, line[frame.ChannelEnd..], id);
        }
    }

    private RecordedBook BookOf(string instrument)
    {
        if (!_books.TryGetValue(instrument, out var book))
        {
            _books.Add(instrument, book = new RecordedBook(instrument));
        }

        return book;
    }

    private static string GroupedRoute(ChannelName name) => $"book.{name.Instrument}.{name.Group}.{name.Depth}";

    private static string WideRoute(string kind, string currency) => $"trades.{kind}.{currency}";

    // Other channels: the name without its interval, so that any interval matches.
    private static string Route(ChannelName name, string text) =>
        name.Interval.Length > 0 ? text[..^(name.Interval.Length + 1)] : text;
}
