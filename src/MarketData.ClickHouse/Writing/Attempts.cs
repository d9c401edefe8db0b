using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace MarketData.ClickHouse.Writing;

/// <summary>
/// Repeats what ClickHouse did not do for a passing reason, without end: exponential back-off with full jitter, a time-out per attempt, and
/// a circuit breaker, so that a server in trouble gets one probe at a time. Owns: nothing between two calls.
/// </summary>
/// <param name="options">Back-off and circuit.</param>
/// <param name="timeout">How long an attempt may take; null when it sees to that itself.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="jitter">Gives numbers from 0 to 1.</param>
/// <param name="failed">Told of each attempt that failed; not of those that an open circuit stopped, which say nothing new.</param>
internal sealed class Attempts(ClickHouseOptions options, TimeSpan? timeout, TimeProvider timeProvider, Func<double> jitter, Action<Failure> failed)
{
    // Polly's own limits of the time over which it counts.
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    private volatile bool _isCircuitOpen;

    /// <summary>What a failed attempt asks for.</summary>
    public Failure Judge(Exception exception) => Failure.Of(exception, options);

    /// <summary>Whether the circuit is open: nothing is asked, or only one probe. Any thread.</summary>
    public bool IsCircuitOpen => _isCircuitOpen;

    /// <summary>Runs something until it is done, or fails in a way that repeating does not cure.</summary>
    /// <param name="attempt">Runs it once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="givesUp">Asked once about each failure for a passing reason: whether there shall be no further attempt all the same; null: never.</param>
    public async Task RunAsync(
        Func<CancellationToken, ValueTask> attempt, CancellationToken cancellationToken, Predicate<Failure>? givesUp = null)
    {
        try
        {
            await NewPipeline(givesUp).ExecuteAsync(attempt, cancellationToken);
        }
        finally
        {
            _isCircuitOpen = false;
        }
    }

    // One per call: the breaker counts a share of failures over a time. Without the successes of earlier calls, all of them are failures in a row.
    private ResiliencePipeline NewPipeline(Predicate<Failure>? givesUp)
    {
        var transient = new PredicateBuilder().Handle<Exception>(exception => Judge(exception).Kind == FailureKind.Transient);
        var window = ((timeout ?? options.InsertTimeout) + options.BackoffCap + options.CircuitOpen) * options.CircuitThreshold;
        var builder = new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                // What an open circuit stopped was no attempt.
                ShouldHandle = retry => ValueTask.FromResult(retry.Outcome.Exception is { } exception
                    && Judge(exception) is { Kind: FailureKind.Transient } failure
                    && (exception is BrokenCircuitException || givesUp?.Invoke(failure) != true)),
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = retry => ValueTask.FromResult<TimeSpan?>(Delay(retry.AttemptNumber)),
                OnRetry = retry =>
                {
                    if (retry.Outcome.Exception is { } exception and not BrokenCircuitException) failed(Judge(exception));
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = transient,
                FailureRatio = 1,
                MinimumThroughput = options.CircuitThreshold,
                SamplingDuration = window < ShortestWindow ? ShortestWindow : window > LongestWindow ? LongestWindow : window,
                BreakDuration = options.CircuitOpen,
                OnOpened = _ =>
                {
                    _isCircuitOpen = true;
                    return default;
                },
                OnClosed = _ =>
                {
                    _isCircuitOpen = false;
                    return default;
                },
            });
        if (timeout is { } limit) builder.AddTimeout(limit);
        return builder.Build();
    }

    // Half of the base at least: a broken thing is never asked in a tight loop, and the start's random share keeps services apart.
    private TimeSpan Delay(int attempt)
    {
        const int HighestDoubling = 20;
        var ceiling = options.BackoffBase * Math.Pow(2, Math.Min(attempt, HighestDoubling));
        if (ceiling > options.BackoffCap) ceiling = options.BackoffCap;
        var floor = options.BackoffBase / 2;
        return floor + ((ceiling - floor) * jitter());
    }
}
