using Deribit.Client;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>
/// Holds our wall clock against the exchange's (<c>public/get_time</c>) every minute, and at once when it steps against our monotonic clock.
/// Nothing here depends on the wall clock: durations are monotonic and order is by id; but times are published, so whoever reads them is told
/// when they cannot be trusted. Comes in: time. Goes out: the skew. Owns: the one call under way. Driven by the stream's pump.
/// </summary>
internal sealed class ClockWatch(TimeProvider time, ILogger logger)
{
    /// <summary>A skew from this on is reported; far above what a network's delays make.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private long _askedAt;
    private DateTimeOffset _wall;
    private long _monotonic;
    private DateTimeOffset _askedWall;
    private Task<DateTimeOffset>? _call;

    /// <summary>How far our clock is behind the exchange's; negative when it is ahead; null before the first answer.</summary>
    public TimeSpan? Skew { get; private set; }

    /// <summary>How far <see cref="Skew"/> may be off, either way: half of the question's round trip.</summary>
    public TimeSpan Error { get; private set; }

    /// <summary>Whether the skew is beyond the limit.</summary>
    public bool IsSkewed { get; private set; }

    /// <summary>Looks at the clocks, and asks when it is time.</summary>
    /// <param name="client">Whom to ask; null when nobody can be asked now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether <see cref="IsSkewed"/> changed.</returns>
    public bool Run(IDeribitCaller? client, CancellationToken cancellationToken)
    {
        var (wall, now) = (time.GetUtcNow(), time.GetTimestamp());
        var stepped = _monotonic != 0 && (wall - _wall - time.GetElapsedTime(_monotonic, now)).Duration() >= Step;
        (_wall, _monotonic) = (wall, now);
        var changed = false;
        if (_call is { IsCompleted: true } done)
        {
            _call = null;
            changed = Take(done, wall, now);
        }

        if (stepped)
            _askedAt = 0;
        if (client is not null && _call is null && (_askedAt == 0 || time.GetElapsedTime(_askedAt, now) >= Every))
        {
            (_askedAt, _askedWall) = (now, wall);
            _call = client.GetTimeAsync(cancellationToken);
        }

        return changed;
    }

    /// <summary>Waits for the call under way, at the end of the stream.</summary>
    public async Task StopAsync()
    {
        if (_call is { } call)
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool Take(Task<DateTimeOffset> call, DateTimeOffset wall, long now)
    {
        if (!call.IsCompletedSuccessfully)
        {
            AdapterLog.ClockUnknown(logger, call.Exception?.InnerException?.Message ?? "cancelled");
            return false;
        }

        // The exchange answered at some moment of the round trip: half of it is the best guess, and the whole of it the error.
        var trip = time.GetElapsedTime(_askedAt, now);
        if ((wall - _askedWall - trip).Duration() >= Step)
            return false;
        var skew = call.GetAwaiter().GetResult() - (_askedWall + (trip / 2));
        (Skew, Error) = (skew, trip / 2);
        var skewed = skew.Duration() - (trip / 2) > Limit;
        if (skewed == IsSkewed)
            return false;
        IsSkewed = skewed;
        if (skewed)
            AdapterLog.ClockSkewed(logger, skew);
        else
            AdapterLog.ClockRight(logger, skew);
        return true;
    }
}
