using System.Collections.Concurrent;
using MarketData.Pipeline;

namespace MarketData.Redis.Tests.Support;

/// <summary>A gate that the test opens and closes per instrument; open for those it does not know.</summary>
internal sealed class SwitchedGate : IPublishGate
{
    private readonly ConcurrentDictionary<string, GateAnswer> _answers = new();

    public GateAnswer this[string instrument]
    {
        set => _answers[Market.Key(instrument)] = value;
    }

    public GateAnswer Ask(string key) => _answers.GetValueOrDefault(key, GateAnswer.Open);

    /// <summary>What was received before this moment was another's to write.</summary>
    public long OpenFromUnixNs { get; set; } = long.MinValue;

    public GateAnswer Ask(string key, long receivedAtUnixNs) =>
        receivedAtUnixNs < OpenFromUnixNs && Ask(key) == GateAnswer.Open ? GateAnswer.Lost : Ask(key);

    public Task WaitForChangeAsync(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}
