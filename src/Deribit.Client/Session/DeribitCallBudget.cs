namespace Deribit.Client;

/// <summary>
/// The exchange's rate limit as credits, shared by every client of one account or address. Comes in: calls about to be made, and refusals
/// (10028, HTTP 429). Goes out: when each may go. Owns: the balance and the cool-down. Runs on: any thread.
/// Source: Deribit API v2, "Rate limits": a subscribe call costs 3,000 of a pool of 30,000 refilled at 10,000 a second.
/// </summary>
public sealed class DeribitCallBudget
{
    internal const int SubscribeCost = 3_000;
    internal const int CallCost = 500;
    private static readonly TimeSpan LongestCoolDown = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly double _capacity;
    private readonly double _refillPerSecond;
    private readonly TimeSpan _firstCoolDown;
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private double _balance;
    private TimeSpan _refilledAt;
    private TimeSpan _coolUntil;
    private TimeSpan _coolDown;

    /// <summary>Creates a full budget.</summary>
    /// <param name="capacity">
    /// The pool, in credits; default 27,000: a tenth of the exchange's 30,000 is left for calls that arrive closer together than they were sent.
    /// </param>
    /// <param name="refillPerSecond">What flows back, in credits a second; default 10,000.</param>
    /// <param name="coolDown">
    /// The first cool-down after a refusal; doubles when refusals follow each other, up to 60 s; default 3 s.
    /// </param>
    /// <param name="timeProvider">The clock; default the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A figure is not positive, or the pool cannot hold one subscribe call.</exception>
    public DeribitCallBudget(
        int capacity = 27_000, int refillPerSecond = 10_000, TimeSpan? coolDown = null, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, SubscribeCost);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(refillPerSecond);
        _capacity = _balance = capacity;
        _refillPerSecond = refillPerSecond;
        _firstCoolDown = coolDown ?? TimeSpan.FromSeconds(3);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_firstCoolDown, TimeSpan.Zero, nameof(coolDown));
        _timeProvider = timeProvider ?? TimeProvider.System;
        _start = _timeProvider.GetTimestamp();
    }

    /// <summary>How long every sharer still holds its calls back after a refusal; zero when calls may go.</summary>
    public TimeSpan CoolDownLeft
    {
        get
        {
            lock (_lock)
            {
                var left = _coolUntil - Now;
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Credits that are left; below zero while calls wait for what flows back.</summary>
    public double CreditsLeft
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _balance;
            }
        }
    }

    /// <summary>A number from 0 to 1 for the spread after a cool-down; a replayed run brings its own.</summary>
    internal Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>
    /// Whether a call that can wait may go now: at least half of the pool would be left for those that cannot, such as the resubscription of
    /// books, and no cool-down runs. Nothing is taken; who asks makes few calls at a time.
    /// </summary>
    public bool HasSpare
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _balance - CallCost >= _capacity / 2 && Now >= _coolUntil;
            }
        }
    }

    /// <summary>Whether a call may go at once: the pool holds it, and no cool-down runs. Nothing is taken.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _balance >= CallCost && Now >= _coolUntil;
            }
        }
    }

    /// <summary>
    /// Pays for one call other than a subscribe call, for whoever calls over <see cref="DeribitHttpCaller"/>: returns when it may be made. Payers
    /// are served in the order in which they came.
    /// </summary>
    /// <param name="cancellationToken">Gives up; nothing is paid then.</param>
    public ValueTask PayForCallAsync(CancellationToken cancellationToken) => TakeAsync(CallCost, cancellationToken);

    private TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    /// <summary>Pays for a call; returns when it may be made. Payers are served in the order in which they came.</summary>
    internal async ValueTask TakeAsync(int credits, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            Refill();
            _balance -= credits;
            wait = _balance >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_balance / _refillPerSecond);
        }

        try
        {
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _timeProvider, cancellationToken).ConfigureAwait(false);
            }

            await WaitForCoolDownAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                _balance = Math.Min(_capacity, _balance + credits);
            }

            throw;
        }
    }

    /// <summary>Waits until the cool-down is over, and a random time more so that the sharers do not resume all at once.</summary>
    internal async ValueTask WaitForCoolDownAsync(CancellationToken cancellationToken)
    {
        while (CoolDownLeft is var left && left > TimeSpan.Zero)
        {
            var jitter = TimeSpan.FromTicks((long)(_coolDown.Ticks * Jitter() / 2));

            // Timers count whole milliseconds: a part of one, cut off, would make this a busy wait.
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling((left + jitter).TotalMilliseconds));
            await Task.Delay(wait, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Starts (or prolongs) the cool-down of every sharer. Returns how long it will last.</summary>
    internal TimeSpan CoolDown()
    {
        lock (_lock)
        {
            Refill();
            var now = Now;
            if (now < _coolUntil)
            {
                // The same overrun reported by several sharers is one refusal.
                return _coolUntil - now;
            }

            var relapsed = _coolDown > TimeSpan.Zero && now < _coolUntil + LongestCoolDown;
            _coolDown = relapsed ? TimeSpan.FromTicks(Math.Min(_coolDown.Ticks * 2, LongestCoolDown.Ticks)) : _firstCoolDown;
            _coolUntil = now + _coolDown;
            _balance = Math.Min(_balance, 0);
            return _coolDown;
        }
    }

    private void Refill()
    {
        var now = Now;
        _balance = Math.Min(_capacity, _balance + ((now - _refilledAt).TotalSeconds * _refillPerSecond));
        _refilledAt = now;
    }
}
