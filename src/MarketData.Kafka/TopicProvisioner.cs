using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// Creates missing topics through the admin API, the control topic compacted; a broker that refuses may still create them on first use.
/// Comes in: the options. Goes out: requests to the brokers. Owns: a client for the length of one attempt. Blocking calls run on the pool.
/// </summary>
internal sealed class TopicProvisioner(
    KafkaOptions options, string source, LogRouter log, ILogger logger, TimeProvider timeProvider) : ITopicProvisioner
{
    /// <summary>How often a topic that is created on first use is looked for: its leader takes a moment.</summary>
    private const int AutoCreateLooks = 10;

    /// <summary>A blocking question lasts this long at most, so that stopping never waits longer; together they last 5 s.</summary>
    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(1);

    private const int Questions = 5;

    private const string LargestBatchKey = "max.message.bytes";

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AutoCreateDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Keys are rewritten every second and every start reads the whole topic: small segments, because only closed ones are compacted.
    /// </summary>
    private static readonly Dictionary<string, string> Checkpoints = new(StringComparer.Ordinal)
    {
        ["cleanup.policy"] = "compact",
        ["segment.bytes"] = "4194304",
        ["segment.ms"] = "3600000",
        ["min.cleanable.dirty.ratio"] = "0.2",
        ["delete.retention.ms"] = "3600000",
    };

    public async Task<TopicsOutcome> TryAsync(CancellationToken cancellationToken)
    {
        var logins = new LoginErrors(options);
        using var client = new AdminClientBuilder(ClientSettings.Admin(options, source))
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, error) =>
            {
                logins.Note(error);
                logger.ClientError(DeliveryErrors.Describe(error));
            })
            .Build();
        try
        {
            var wanting = await MissingAsync(client, cancellationToken);
            if (wanting.Count == 0)
                return await ReadyAsync(client, wanting);
            var (reason, mayPass) = await CreateAsync(client, wanting);
            var missing = await MissingAsync(client, cancellationToken);
            if (missing.Count == 0)
                return await ReadyAsync(client, wanting);
            if (!await AutoCreateAsync(client, missing, cancellationToken))
            {
                var names = string.Join(", ", missing);
                return new TopicsOutcome(
                    TopicsState.Refused, $"The topics {names} are missing and cannot be created: {reason}", MayPass: mayPass);
            }
            logger.TopicsAutoCreated(string.Join(", ", missing), reason);
            return await ReadyAsync(client, wanting);
        }
        catch (KafkaException exception)
        {
            return logins.Latest is { } refusal
                ? new TopicsOutcome(TopicsState.LoginRefused, refusal)
                : new TopicsOutcome(TopicsState.Unreachable, $"{DeliveryErrors.Describe(exception.Error)}.");
        }
    }

    private async Task<TopicsOutcome> ReadyAsync(IAdminClient client, List<string> created)
    {
        logger.TopicsReady(options.BootstrapServers, string.Join(", ", Wanted()));
        return new TopicsOutcome(TopicsState.Ready, LargestBatch: await LargestBatchAsync(client), Created: created);
    }

    /// <summary>What every topic takes in one batch; null when the brokers do not tell, for example for want of a right.</summary>
    private async Task<int?> LargestBatchAsync(IAdminClient client)
    {
        try
        {
            var described = await client.DescribeConfigsAsync(
                Wanted().Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }),
                new DescribeConfigsOptions { RequestTimeout = RequestTimeout });
            var smallest = int.MaxValue;
            foreach (var topic in described)
            {
                if (!topic.Entries.TryGetValue(LargestBatchKey, out var entry)
                    || !int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
                {
                    logger.LargestBatchUnknown($"{topic.ConfigResource.Name} comes without {LargestBatchKey}");
                    return null;
                }
                smallest = Math.Min(smallest, bytes);
            }
            return smallest;
        }
        catch (KafkaException exception)
        {
            logger.LargestBatchUnknown(DeliveryErrors.Describe(exception.Error));
            return null;
        }
    }

    private IEnumerable<string> Wanted() => options.Topics.Named().Select(topic => topic.Name).Distinct(StringComparer.Ordinal);

    private async Task<List<string>> MissingAsync(IAdminClient client, CancellationToken cancellationToken)
    {
        var metadata = await AskAsync(() => client.GetMetadata(QuestionTimeout), cancellationToken);
        var present = metadata.Topics.Where(topic => !topic.Error.IsError).Select(topic => topic.Topic).ToHashSet(StringComparer.Ordinal);
        return [.. Wanted().Where(topic => !present.Contains(topic))];
    }

    /// <returns>Why not all of them were created, as a sentence; empty when they were. And whether waiting may cure that.</returns>
    private async Task<(string Reason, bool MayPass)> CreateAsync(IAdminClient client, List<string> topics)
    {
        var settings = new CreateTopicsOptions { RequestTimeout = RequestTimeout, OperationTimeout = RequestTimeout };
        try
        {
            await client.CreateTopicsAsync(topics.Select(Specification), settings);
            return ("The brokers created them but do not list them yet.", true);
        }
        catch (CreateTopicsException exception)
        {
            var failed = exception.Results.Where(result => result.Error.IsError && result.Error.Code != ErrorCode.TopicAlreadyExists).ToList();
            // A cluster that starts has not all of its brokers yet.
            return (string.Join(" ", failed.Select(result => $"{result.Topic}: {DeliveryErrors.Describe(result.Error)}.")),
                failed.TrueForAll(result => result.Error.Code is ErrorCode.InvalidReplicationFactor or ErrorCode.RequestTimedOut or ErrorCode.NotController));
        }
        catch (KafkaException exception)
        {
            return ($"{DeliveryErrors.Describe(exception.Error)}.", true);
        }
    }

    private TopicSpecification Specification(string topic) => new()
    {
        Name = topic,
        NumPartitions = options.Partitions,
        ReplicationFactor = options.ReplicationFactor,
        Configs = topic == options.Topics.Symbols ? new Dictionary<string, string> { ["cleanup.policy"] = "compact" }
            : topic == options.Topics.Checkpoints ? Checkpoints
            : null,
    };

    /// <summary>Asking for a topic by name is its first use.</summary>
    private async Task<bool> AutoCreateAsync(IAdminClient client, List<string> topics, CancellationToken cancellationToken)
    {
        for (var look = 0; look < AutoCreateLooks; look++)
        {
            var all = true;
            foreach (var topic in topics)
            {
                var metadata = await AskAsync(() => client.GetMetadata(topic, QuestionTimeout), cancellationToken);
                all &= metadata.Topics.Any(found => found.Topic == topic && !found.Error.IsError && found.Partitions.Count > 0);
            }
            if (all)
                return true;
            await Task.Delay(AutoCreateDelay, timeProvider, cancellationToken);
        }
        return false;
    }

    private static async Task<Metadata> AskAsync(Func<Metadata> question, CancellationToken cancellationToken)
    {
        for (var asked = 1; ; asked++)
        {
            try
            {
                return await Task.Run(question, cancellationToken);
            }
            catch (KafkaException) when (asked < Questions && !cancellationToken.IsCancellationRequested)
            {
                // The client goes on connecting meanwhile.
            }
        }
    }
}
