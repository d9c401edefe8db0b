using System.Runtime.CompilerServices;

using Deribit.Client;
using MarketData.Deribit.Recording;
using MarketData.Exchanges;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit.Replay;

/// <summary>
/// The exchange as it was recorded. Comes in: a recording, and which of its instruments are wanted. Goes out: what the live exchange gave
/// then, and every time the same: the adapter is the live one, on the recording's clock, and what is collected changes when it changed while
/// recording. Owns: the adapter. Nothing asks it whether books are right: there is nobody to ask.
/// </summary>
internal sealed class ReplayedDeribit : IExchange
{
    private readonly DeribitReplay _replay;
    private readonly DeribitExchange _exchange;
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile HashSet<string> _chosen = [];

    public ReplayedDeribit(DeribitExchangeOptions options, DeribitReplay replay, ILoggerFactory loggers)
    {
        _replay = replay;
        var clock = new DeribitPlaybackClock();
        var playback = replay.Play(clock, TakeCollected);
        (options.Key, options.Secret, options.HistoryUrl, options.Connection.MaxConnections) = (null, null, null, 1);
        (options.AuditInterval, options.ProbeAfter) = (TimeSpan.Zero, TimeSpan.Zero);
        _exchange = new DeribitExchange(options, new DeribitCallBudget(timeProvider: clock), clock, loggers, _ => playback);
    }

    /// <inheritdoc/>
    public string Name => _exchange.Name;

    /// <inheritdoc/>
    public ExchangeStatus Status => _exchange.Status;

    /// <inheritdoc/>
    public IntakeMark? TakenUntil => _exchange.TakenUntil;

    /// <summary>All instruments of the recording, whenever they were listed.</summary>
    /// <param name="cancellationToken">Not looked at.</param>
    public Task<IReadOnlyList<Instrument>> GetInstrumentsAsync(CancellationToken cancellationToken) => Task.FromResult(_replay.Instruments);

    /// <summary>Never returns before it is cancelled: the instruments of a recording do not change.</summary>
    /// <param name="seenVersion">Not looked at.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<long> WaitForListingsAsync(long seenVersion, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return seenVersion;
    }

    /// <summary>Chooses among the recorded instruments; the first time, without which nothing begins. Later calls change nothing.</summary>
    /// <param name="wanted">The instruments that are replayed as far as they were collected.</param>
    /// <param name="reason">Not looked at.</param>
    /// <param name="isHandedOver">Neither.</param>
    public Task CollectAsync(IReadOnlyList<WantedInstrument> wanted, string reason, bool isHandedOver = false)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (!_begun.Task.IsCompleted)
        {
            _chosen = wanted.Select(one => one.Instrument.Name).ToHashSet(StringComparer.Ordinal);
            _begun.TrySetResult();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MarketDataEvent> StreamAsync(DataKind kinds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begun = Task.WhenAll(_begun.Task, _replay.Started);
        await begun.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!begun.IsCompleted)
            yield break;
        await foreach (var marketEvent in _exchange.StreamAsync(kinds, cancellationToken))
            yield return marketEvent;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _exchange.DisposeAsync();

    // On the pump's thread, between two messages; the pump applies it before the next one.
    private void TakeCollected(DeribitRecord record)
    {
        if ((byte)record.Kind != CollectedRecord.Kind || CollectedRecord.TryRead(record.Payload.Span) is not { } collected)
            return;
        IReadOnlyList<WantedInstrument> wanted =
            [.. collected.Instruments.Where(one => _chosen.Contains(one.Name)).Select(one => new WantedInstrument { Instrument = one })];
        _ = _exchange.CollectAsync(wanted, collected.Reason);
    }
}
