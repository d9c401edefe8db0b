namespace MarketData.Pipeline;

/// <summary>The gate of a process that has no replicas: always open.</summary>
public sealed class OpenGate : IPublishGate
{
    private OpenGate()
    {
    }

    /// <summary>The gate.</summary>
    public static OpenGate Instance { get; } = new();

    /// <inheritdoc/>
    public GateAnswer Ask(string key) => GateAnswer.Open;

    /// <inheritdoc/>
    public Task WaitForChangeAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}
