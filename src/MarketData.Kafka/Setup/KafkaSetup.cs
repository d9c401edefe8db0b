using MarketData.Setup;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Setup;

/// <summary>
/// Makes the topics, as a collector does at its start. Comes in: the options. Goes out: topics, and which of them are new. Owns: a client for the
/// length of a call. Any thread.
/// </summary>
/// <param name="options">Where Kafka is, and what its topics are.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Gets the client library's log.</param>
public sealed class KafkaSetup(KafkaOptions options, TimeProvider timeProvider, ILogger<KafkaSetup> logger)
{
    private const string ClientId = "marketdata-init";

    private readonly LogRouter _log = new(options, logger, timeProvider);

    /// <summary>Makes the topics that are missing, once; those that are there keep their settings.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SetupResult> TryAsync(CancellationToken cancellationToken)
    {
        var outcome = await new TopicProvisioner(options, ClientId, _log, logger, timeProvider).TryAsync(cancellationToken);
        var made = outcome.Created ?? [];
        return outcome.State switch
        {
            TopicsState.Ready => new SetupResult(
                SetupState.Done, "", [.. options.Topics.Named().Select(topic => new SetupItem(topic.Name, made.Contains(topic.Name)))]),
            TopicsState.Unreachable => Not(
                SetupState.Away, $"Kafka at {options.BootstrapServers} cannot be reached ({outcome.Reason.TrimEnd('.')}). Check that it runs and that kafka.bootstrap_servers is right."),
            TopicsState.Refused when outcome.MayPass => Not(SetupState.Away, outcome.Reason),
            _ => Not(SetupState.Refused, outcome.Reason),
        };

        static SetupResult Not(SetupState state, string reason) => new(state, reason, []);
    }
}
