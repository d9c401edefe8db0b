using System.Collections.Concurrent;
using MarketData.Pipeline;
using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>
/// Where the trade tapes stand, kept on the checkpoints' topic. Comes in: acknowledged trades, on the producer's thread; questions from any
/// thread. Goes out: a checkpoint of each tape that moved, about every second; positions. Owns: the ends of this process's tapes, what the
/// topic says of all tapes, and the task that writes.
/// </summary>
internal sealed partial class TradeCheckpoints : IAcknowledgedTrades, ITradePositions, IAsyncDisposable
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1);

    private readonly string _source;
    private readonly CheckpointTopic _topic;
    private readonly TradeTopicSearch _search;
    private readonly TimeProvider _timeProvider;
    private readonly Func<IReadOnlyDictionary<string, TradePosition>> _spilled;
    private readonly Func<string, GateAnswer> _ask;
    private readonly TimeSpan _keptFor;
    private readonly ConcurrentDictionary<string, TradeCheckpoint> _stored = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Process, int Partition), long> _progress = new();
    private readonly ConcurrentDictionary<string, bool> _forgotten = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TapeEnd> _ends = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _acknowledged = [];
    private readonly Dictionary<int, long> _written = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private volatile string? _unwritten;
    private Task? _run;

    // Stands for the progress: another one after each loss of an instrument. What others published of it meanwhile is in no checkpoint of ours,
    // however far the offsets of the rest have come.
    private string _process = NewProcess();

    /// <summary>Creates it; nothing is asked before <see cref="Start"/>.</summary>
    /// <param name="source">This collector, as its <c>source</c> header says.</param>
    /// <param name="topic">The checkpoints' topic.</param>
    /// <param name="search">Finds trades behind a checkpoint.</param>
    /// <param name="spilled">Trades that an earlier run left in this process's spill log: newer than the topic.</param>
    /// <param name="ask">Whose an instrument is: what the gate answers.</param>
    /// <param name="keptFor">How old the last trade of an end is at least when it is given up.</param>
    /// <param name="timeProvider">The clock.</param>
    public TradeCheckpoints(
        string source, CheckpointTopic topic, TradeTopicSearch search, Func<IReadOnlyDictionary<string, TradePosition>> spilled,
        Func<string, GateAnswer> ask, TimeSpan keptFor, TimeProvider timeProvider)
    {
        (_source, _topic, _search, _spilled, _timeProvider) = (source, topic, search, spilled, timeProvider);
        (_ask, _keptFor) = (ask, keptFor);
        _topic.Listen(OnRecord);
    }

    /// <summary>
    /// <c>checkpoints_not_written</c> with the reason while the latest attempt to write what moved has failed; else empty. Any thread.
    /// </summary>
    public IReadOnlyList<string> Warnings => _unwritten is { } reason
        ? [$"checkpoints_not_written: Where the trade tapes stand cannot be written to the checkpoints' topic: {reason} "
            + "Trades are published; whoever goes on with a tape has the more to search, until a write succeeds."]
        : [];

    public TradePosition? Kept(string key) => _forgotten.ContainsKey(key) ? null : _spilled().GetValueOrDefault(key);

    /// <summary>What lies in the spill log of some instruments will not be published: their tapes go on behind what is on the topic.</summary>
    public void ForgetKept(Func<string, bool> instruments)
    {
        foreach (var key in _spilled().Keys.Where(instruments))
            _forgotten[key] = true;
    }

    /// <summary>Starts to write; a second call does nothing.</summary>
    public void Start()
    {
        _topic.Start();
        lock (_gate)
            _run ??= Task.Run(WriteAsync);
    }

    public void Acknowledged(
        string key, long tradeSequence, string tradeId, long exchangeTimeUnixMs, long completeUpTo, int partition, long offset)
    {
        lock (_gate)
        {
            if (!_ends.TryGetValue(key, out var end))
                _ends[key] = end = new TapeEnd();
            end.Acknowledged(new TradePosition(tradeSequence, tradeId, exchangeTimeUnixMs), completeUpTo, partition, offset);
            // They come in order; one that is lower is of a topic that was made again.
            if (offset >= 0)
                _acknowledged[partition] = offset;
        }
    }

    public async Task<IReadOnlyDictionary<string, TradePosition>> LoadAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        Start();
        lock (_gate)
        {
            foreach (var key in keys)
                _gone.Remove(key);
            // Where it stood when it was ours before says nothing.
            Lose(keys);
        }
        await _topic.SyncAsync(cancellationToken);
        var questions = keys.Distinct(StringComparer.Ordinal).ToDictionary(
            key => key,
            key => _stored.TryGetValue(key, out var stored) ? new TapeQuestion(stored.Position, stored.Partition, CoveredUpTo(stored)) : null,
            StringComparer.Ordinal);
        var found = await _search.FindAsync(questions, cancellationToken);
        lock (_gate)
        {
            // An instrument that was another's meanwhile goes on where that one stood.
            foreach (var (key, end) in found)
            {
                // What was acknowledged since the question is behind what it found.
                if (!_ends.TryGetValue(key, out var tape))
                    _ends[key] = tape = new TapeEnd();
                tape.Adopt(end.Position, end.Partition, end.Offset);
            }
        }
        return Newest(questions.Keys, found);
    }

    /// <summary>Writes what moved since the last time, and waits until a broker holds it.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        Dictionary<string, TradeCheckpoint> changed = [];
        try
        {
            (changed, var acknowledged, var process) = TakeChanged();
            var writes = changed.ToDictionary(
                pair => pair.Key,
                pair => _topic.WriteAsync(TradeCheckpoint.KeyOf(pair.Key), TradeCheckpoint.KeyOf(pair.Key), pair.Value.Write()),
                StringComparer.Ordinal);
            await Task.WhenAll(writes.Values).WaitAsync(cancellationToken);
            var failed = writes.Where(pair => !pair.Value.Result).Select(pair => pair.Key).ToList();
            Again(failed);
            // Only behind the checkpoints that it stands for.
            var isWritten = failed.Count == 0 && await WriteProgressAsync(acknowledged, process);
            await GiveUpAsync(cancellationToken);
            _unwritten = isWritten ? null : _topic.Refusal;
        }
        catch
        {
            // Which of them are there is not known: once more does no harm.
            Again(changed.Keys);
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the writing; call <see cref="FlushAsync"/> before.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        if (_run is not null)
            await _run;
        _stop.Dispose();
        _writing.Dispose();
    }

    private async Task WriteAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(WriteEvery, _timeProvider, _stop.Token);
                await FlushAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The end.
            }
            catch (Exception exception)
            {
                // Without this task no checkpoint would be written any more, and nobody would know.
                _unwritten = $"{exception.GetType().Name}: {exception.Message}";
                _topic.Failed(exception);
            }
        }
    }

    private void OnRecord(string key, byte[]? value, DateTimeOffset recordedAt)
    {
        if (TradeCheckpoint.InstrumentOf(key) is { } instrument)
        {
            if (value is null)
                OnGivenUp(instrument);
            else if (TradeCheckpoint.Read(value) is { } checkpoint)
                _stored[instrument] = checkpoint;
        }
        else if (value is not null && TradeProgress.PartitionOf(key) is >= 0 and var partition && TradeProgress.Read(value) is { } progress)
        {
            _progress[(progress.Process, partition)] = progress.Offset;
        }
    }

    private long CoveredUpTo(TradeCheckpoint stored) =>
        Math.Max(stored.Offset, _progress.GetValueOrDefault((stored.Process, stored.Partition), -1));

    private Dictionary<string, TradePosition> Newest(IEnumerable<string> keys, IReadOnlyDictionary<string, TapeFound> found)
    {
        var newest = new Dictionary<string, TradePosition>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var position = found.TryGetValue(key, out var end) ? end.Position : null;
            if (Kept(key) is { } kept
                && (position is null || kept.TradeSequence > position.TradeSequence || kept.ExchangeTimeUnixMs > position.ExchangeTimeUnixMs))
                position = kept with { Ahead = [.. (position?.Ahead ?? []).Where(trade => trade.TradeSequence > kept.TradeSequence)] };
            if (position is not null)
                newest[key] = position;
        }
        return newest;
    }

    // A checkpoint of an instrument that is another's would take its newer one's place; whose it is while nothing is proven shows later.
    private (Dictionary<string, TradeCheckpoint> Changed, Dictionary<int, long> Acknowledged, string Process) TakeChanged()
    {
        lock (_gate)
        {
            var standings = _ends.Keys.ToDictionary(key => key, _ask, StringComparer.Ordinal);
            Lose(standings.Where(one => one.Value == GateAnswer.Lost).Select(one => one.Key));
            var changed = new Dictionary<string, TradeCheckpoint>(StringComparer.Ordinal);
            var acknowledged = new Dictionary<int, long>(_acknowledged);
            foreach (var (key, end) in _ends)
            {
                if (!end.IsChanged)
                    continue;
                if (standings[key] != GateAnswer.Open)
                {
                    acknowledged.Remove(end.Partition);
                    continue;
                }
                end.IsChanged = false;
                changed[key] = new TradeCheckpoint(end.Position!, end.Partition, end.Offset, _process);
            }
            // What stands behind an open hole must be found again by a search.
            foreach (var end in _ends.Values.Where(end => end.HasHole && acknowledged.ContainsKey(end.Partition)))
                acknowledged[end.Partition] = Math.Min(acknowledged[end.Partition], end.Offset);
            return (changed, acknowledged.Where(pair => _written.GetValueOrDefault(pair.Key, -1) != pair.Value).ToDictionary(), _process);
        }
    }

    private void Lose(IEnumerable<string> keys)
    {
        var hasLost = false;
        foreach (var key in keys)
            hasLost |= _ends.Remove(key);
        if (!hasLost)
            return;
        _process = NewProcess();
        _acknowledged.Clear();
        _written.Clear();
        // Written again, so that the new progress stands for them.
        foreach (var end in _ends.Values.Where(end => end.Position is not null))
            end.IsChanged = true;
    }

    private static string NewProcess() => Guid.NewGuid().ToString("N");

    private void Again(IEnumerable<string> failed)
    {
        lock (_gate)
        {
            foreach (var key in failed)
            {
                if (_ends.TryGetValue(key, out var end))
                    end.IsChanged = true;
            }
        }
    }

    private async Task<bool> WriteProgressAsync(Dictionary<int, long> acknowledged, string process)
    {
        var isWritten = true;
        foreach (var (partition, offset) in acknowledged)
        {
            var key = TradeProgress.KeyOf(_source, partition);
            if (!await _topic.WriteAsync(key, key, new TradeProgress(offset, process).Write()))
            {
                isWritten = false;
                continue;
            }
            lock (_gate)
            {
                if (process == _process)
                    _written[partition] = offset;
            }
        }
        return isWritten;
    }
}
