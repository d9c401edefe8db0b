using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MarketData.ClickHouse.Writing;

/// <summary>
/// Repeats what ClickHouse did not do for a passing reason, without end: exponential back-off with full jitter, a time-out per attempt, and
/// a circuit breaker, so that a server in trouble gets one probe at a time. Owns: the breaker.
/// </summary>
internal sealed class Attempts
{
    private readonly ClickHouseOptions _options;
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Builds it.</summary>
    /// <param name="options">Time-out, back-off and circuit.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="jitter">Gives numbers from 0 to 1.</param>
    /// <param name="failed">Told of each attempt that failed; not of those that an open circuit stopped, which say nothing new.</param>
    public Attempts(ClickHouseOptions options, TimeProvider timeProvider, Func<double> jitter, Action<Failure> failed)
    {
        _options = options;
        var transient = new PredicateBuilder().Handle<Exception>(exception => Judge(exception).Kind == FailureKind.Transient);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = transient,
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = retry => ValueTask.FromResult<TimeSpan?>(Delay(retry.AttemptNumber, jitter)),
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
                SamplingDuration = (options.InsertTimeout + options.BackoffCap) * options.CircuitThreshold,
                BreakDuration = options.CircuitOpen,
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.InsertTimeout })
            .Build();
    }

    /// <summary>What a failed attempt asks for.</summary>
    public Failure Judge(Exception exception) => Failure.Of(exception, _options);

    /// <summary>Runs something until it is done, or fails in a way that repeating does not cure.</summary>
    public async Task RunAsync(Func<CancellationToken, ValueTask> attempt, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(attempt, cancellationToken);

    // Half of the base at least: a broken thing is never asked in a tight loop, and the start's random share keeps services apart.
    private TimeSpan Delay(int attempt, Func<double> jitter)
    {
        const int HighestDoubling = 20;
        var ceiling = _options.BackoffBase * Math.Pow(2, Math.Min(attempt, HighestDoubling));
        if (ceiling > _options.BackoffCap) ceiling = _options.BackoffCap;
        var floor = _options.BackoffBase / 2;
        return floor + ((ceiling - floor) * jitter());
    }
}
