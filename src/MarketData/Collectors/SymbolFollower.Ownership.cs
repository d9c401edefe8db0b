using MarketData.Exchanges;
using MarketData.Replicas;

namespace MarketData.Collectors;

/// <content>
/// The share of this replica. Its owner calls from a thread of its own: grants and losses leave word and wake the follower; a revocation
/// waits until the follower has made a pass that began after it.
/// </content>
internal sealed partial class SymbolFollower
{
    private readonly Lock _shareLock = new();
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Takeover> _takeovers = [];

    // Which takeover an instrument was begun for: a second pass must not begin it again.
    private readonly Dictionary<string, Takeover> _begunFor = new(StringComparer.Ordinal);
    private List<TaskCompletionSource> _handOvers = [];
    private bool _handOversEnded;

    // What stays of a share of which a part is being given up: until the next grant, whatever the group says meanwhile.
    private volatile Func<string, bool>? _stillOwned;

    /// <inheritdoc/>
    public IntakeMark? TakenUntil
    {
        get
        {
            // In a pause nothing is taken: what is claimed stays as it was when it began.
            if (_isPaused || _isInPause)
                return null;
            // The exchange first: what is granted between the two is not begun.
            var taken = _exchange.TakenUntil;
            lock (_shareLock)
                return _takeovers.Count == 0 ? taken : null;
        }
    }

    /// <inheritdoc/>
    public void OnGranted(IReadOnlyList<Takeover> takeovers)
    {
        lock (_shareLock)
            _takeovers.AddRange(takeovers);
        _stillOwned = null;
        _granted.TrySetResult();
        _wake.Set();
    }

    /// <inheritdoc/>
    public async Task OnRevokedAsync(Func<string, bool> stillOwned, CancellationToken cancellationToken)
    {
        _stillOwned = stillOwned;
        await WaitForPassAsync(cancellationToken);
        await _pipeline.FlushAsync(cancellationToken);
    }

    // Completes after a pass that began after the call, or when there are no more.
    private async Task WaitForPassAsync(CancellationToken cancellationToken)
    {
        var handOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_shareLock)
        {
            if (_handOversEnded)
                handOver.SetResult();
            else
                _handOvers.Add(handOver);
        }

        _wake.Set();
        await handOver.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void OnLost()
    {
        // Others may publish now, and the gate keeps this replica from it. Collecting goes on: when it was Kafka that was away, and nobody
        // took over, nothing was missed. The next grant says who did, and the newest word about an instrument counts.
        _wake.Set();
    }

    private bool IsOwned(string key)
    {
        if (_services.Ownership is not { } ownership)
            return true;
        if (_stillOwned is { } stillOwned && !stillOwned(key))
            return false;

        // A share that is not known is no reason to miss anything: sending needs the group's word, collecting does not.
        return !ownership.IsMember || ownership.Owns(key);
    }

    // One question to the share: it may be granted at any moment, and an instrument that was awaited before and is owned behind it would be
    // closed between two of them and begun again, which publishes a second time what waits on disk.
    private bool IsAnothers(string key) => _services.Ownership?.IsAnothers(key) == true;

    private IReadOnlyList<Takeover> PendingTakeovers()
    {
        lock (_shareLock)
            return [.. _takeovers];
    }

    private void ForgetTakeovers(IReadOnlyList<Takeover> done)
    {
        _begunFor.Clear();
        lock (_shareLock)
            _takeovers.RemoveAll(done.Contains);
    }

    // The takeover that an instrument is still to be begun for; null when there is none.
    private Takeover? TakeoverOf(string key, IReadOnlyList<Takeover> takeovers) =>
        takeovers.LastOrDefault(takeover => takeover.Includes(key)) is { } found && _begunFor.GetValueOrDefault(key) != found ? found : null;

    // A tape that began while Kafka was away went on behind what its earlier process left on disk, or learns later where that one ended.
    // Begun again behind what is on the topic, it would publish a second time what waits on disk.
    private bool GoesOn(Takeover takeover) => takeover.IsOwn && _collector.Kinds.HasFlag(DataKind.Trade);

    private static string Describe(Takeover takeover) => takeover.WasReleased
        ? $"{takeover.PreviousOwner} handed the instrument over in order."
        : $"{takeover.PreviousOwner}, which collected the instrument before, ended without a word or was cut off.";

    private List<TaskCompletionSource> BeginHandOvers()
    {
        lock (_shareLock)
        {
            (var taken, _handOvers) = (_handOvers, []);
            return taken;
        }
    }

    private void PutBack(IReadOnlyList<TaskCompletionSource> handOvers)
    {
        lock (_shareLock)
            _handOvers.AddRange(handOvers);
    }

    private void EndHandOvers()
    {
        lock (_shareLock)
        {
            _handOversEnded = true;
            foreach (var handOver in _handOvers)
                handOver.TrySetResult();
            _handOvers.Clear();
        }
    }
}
