using MarketData.Pipeline;

namespace MarketData.Kafka;

/// <content>Who may publish an instrument, asked just before a message is handed to the producer.</content>
internal sealed partial class KafkaSender
{
    private CancellationToken _ending;
    private Task? _gateWait;
    private bool _isHeld;
    private long? _heldSince;

    /// <returns>Whether the message may be sent; if not, it waits or is given up.</returns>
    private bool PassesGate(PendingMessage message)
    {
        switch (_parts.Gate.Ask(message.KeyText, ReceivedAt(message)))
        {
            case GateAnswer.Hold:
                Hold(message.KeyText);
                return false;
            case GateAnswer.Lost:
                EndHold();
                Fence(message);
                return false;
            default:
                EndHold();
                return true;
        }
    }

    /// <summary>The gate has said something: what comes next need not wait for it.</summary>
    private void EndHold()
    {
        if (_heldSince is null)
            return;
        _heldSince = null;
        _parts.Health.Held(null);
    }

    /// <summary>A dead letter has the time of what it tells of, which the disk does not keep: from there, it is only asked whose it is now.</summary>
    private static long ReceivedAt(PendingMessage message) =>
        message.Event?.ReceivedAtUnixNs ?? message.ReadFacts?.ReceivedAtUnixNs ?? message.LetterOfUnixNs ?? long.MaxValue;

    private void Hold(string key)
    {
        _isHeld = true;
        _heldSince ??= _parts.TimeProvider.GetTimestamp();
        _parts.Health.Held(
            $"kafka_not_owner: Whether this process may publish {key} is not known; the replicas' group has not said so yet, or does not answer.");
        _gateWait ??= WaitForGateAsync();
    }

    /// <summary>
    /// Another replica owns the instrument, and with it the story of what is missing: no dead letter is made of the message, no report, and
    /// what is a dead letter itself, or goes with an event that is kept back, is kept back as well. The conservation law counts events alone.
    /// </summary>
    private void Fence(PendingMessage message)
    {
        if (!_inFlight.Remove(message))
            return;
        if (message.Counts)
            _parts.Counters.AddRejected();
        _parts.Troubles.AddFenced();
        if (_throttle.Allow("fenced", out var suppressed))
            _parts.Logger.Fenced(message.KeyText, _parts.Troubles.Fenced, suppressed);
    }

    /// <summary>
    /// When the membership is not proven any more, the producer must not send what it has as soon as a broker answers: another replica may
    /// have taken over by then. It ends, and what it had asks the gate again.
    /// </summary>
    private async Task RecallAsync()
    {
        if (_inFlight.Sent == 0 || _exchange.Length == 0 || _parts.Gate.Ask($"{_exchange}.*", long.MaxValue) != GateAnswer.Hold)
            return;
        _parts.Logger.Recalled(_inFlight.Sent);
        await ReplaceLinkAsync();
    }

    private async Task WaitForGateAsync()
    {
        try
        {
            await _parts.Gate.WaitForChangeAsync(_ending);
            _wake.Set();
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The lane ends.
        }
    }

    /// <summary>After a change, and now and then in case it was missed, the held message asks again.</summary>
    private async ValueTask AskGateAgainAsync(bool isDue)
    {
        if (!_isHeld)
            return;
        if (_gateWait is { IsCompleted: true } change)
        {
            await change;
            _gateWait = null;
            _isHeld = false;
        }
        if (isDue)
            _isHeld = false;
    }
}
