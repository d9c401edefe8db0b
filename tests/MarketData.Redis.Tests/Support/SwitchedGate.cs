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

    public Task WaitForChangeAsync(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}
