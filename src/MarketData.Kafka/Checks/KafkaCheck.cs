using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using MarketData.Checks;

namespace MarketData.Kafka.Checks;

/// <summary>
/// Looks at Kafka and at the topics. Comes in: the options. Goes out: findings. Asks only: nothing is written or created. Owns: a client for the
/// length of a call. Any thread.
/// </summary>
public static partial class KafkaCheck
{
    /// <summary>The subject of what is found of the cluster.</summary>
    public const string Subject = "kafka";

    private const string Policy = "cleanup.policy";
    private const string LeastReplicas = "min.insync.replicas";

    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SettingsTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Looks.</summary>
    /// <param name="options">Where Kafka is, and what its topics are.</param>
    /// <param name="cancellationToken">Gives up; a question that is under way ends within a second.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(KafkaOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var logins = new LoginErrors(options);
        var versions = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var config = ClientSettings.Admin(options, "marketdata-doctor");
        // The protocol has no question for a broker's version, and the library tells what a broker's API is in this part of its log only.
        config.Debug = "feature";
        using var client = new AdminClientBuilder(config)
            .SetLogHandler((_, message) => Note(message.Message, versions))
            .SetErrorHandler((_, error) => logins.Note(error))
            .Build();
        if (await AskAsync(client, logins, cancellationToken) is not { } metadata)
        {
            return [logins.Latest is { } refusal
                ? new Finding(Subject, FindingState.Fault, refusal)
                : new Finding(
                    Subject, FindingState.Fault, $"no broker of {options.BootstrapServers} answers",
                    "Check that Kafka runs, that kafka.bootstrap_servers is right, and that kafka.security.protocol is what its listener speaks.")];
        }

        var (settings, whyNot) = await ReadSettingsAsync(client, options, metadata);
        List<string> missing = [.. options.Topics.Named().Select(topic => topic.Name).Where(name => metadata.Topics.TrueForAll(one => one.Topic != name))];
        var present = options.Topics.Named().Select(topic => topic.Name).Except(missing, StringComparer.Ordinal);
        return
        [
            Cluster(metadata, versions, settings.Count == 0 ? whyNot : ""),
            .. missing.Count > 0 ? [Missing(missing)] : Array.Empty<Finding>(),
            .. present.Select(name => Topic(name, options, metadata, settings)),
        ];
    }

    // A client connects while it is asked; the caller's time bounds how often.
    private static async Task<Metadata?> AskAsync(IAdminClient client, LoginErrors logins, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                return await Task.Run(() => client.GetMetadata(QuestionTimeout), CancellationToken.None);
            }
            catch (KafkaException)
            {
                if (logins.Latest is not null)
                    return null;
            }
        }

        return null;
    }

    private static async Task<(Dictionary<(ResourceType, string), Dictionary<string, ConfigEntryResult>> Settings, string WhyNot)> ReadSettingsAsync(
        IAdminClient client, KafkaOptions options, Metadata metadata)
    {
        var topics = options.Topics.Named().Select(topic => topic.Name).Intersect(
            metadata.Topics.Where(topic => !topic.Error.IsError).Select(topic => topic.Topic), StringComparer.Ordinal);
        var resources = topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }).ToList();
        try
        {
            var described = resources.Count == 0
                ? [] : await client.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = SettingsTimeout });
            return (described.ToDictionary(one => (one.ConfigResource.Type, one.ConfigResource.Name), one => one.Entries), "");
        }
        catch (KafkaException exception)
        {
            return ([], DeliveryErrors.Describe(exception.Error));
        }
    }

    private static Finding Cluster(Metadata metadata, ConcurrentDictionary<string, string> versions, string whyNot)
    {
        var brokers = string.Join(", ", metadata.Brokers.OrderBy(broker => broker.BrokerId).Select(broker => $"{broker.Host}:{broker.Port}"));
        var api = string.Join(", ", versions.OrderByDescending(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}"));
        var found = $"{Count(metadata.Brokers.Count, "broker")} ({brokers}){(api.Length > 0 ? $", API {api}" : "")}";
        return whyNot.Length == 0
            ? new Finding(Subject, FindingState.Ok, found)
            : new Finding(
                Subject, FindingState.Warning, $"{found}; the topics' settings are not told ({whyNot})",
                "Whether the control topics are compacted is not known. The embedded Kafka has no compaction; of a real one, this user needs the right DescribeConfigs.");
    }

    // [thrd:127.0.0.1:9092/bootstrap]: 127.0.0.1:9092/bootstrap:   ApiKey Produce (0) Versions 0..13
    private static void Note(string message, ConcurrentDictionary<string, string> versions)
    {
        if (Api().Match(message) is { Success: true } found)
            versions[found.Groups[1].Value] = found.Groups[2].Value;
    }

    [GeneratedRegex(@"ApiKey (Produce|Fetch) \(\d\) Versions (\d+\.\.\d+)")]
    private static partial Regex Api();

    private static Finding Missing(List<string> topics) => new(
        Subject + " topics", FindingState.Warning, $"missing: {string.Join(", ", topics)}",
        "marketdata init topics makes them, and so does the start of a collector. A topic that this user may not describe looks the same.");

    private static Finding Topic(
        string name, KafkaOptions options, Metadata metadata, Dictionary<(ResourceType, string), Dictionary<string, ConfigEntryResult>> settings)
    {
        var subject = $"{Subject} {name}";
        var topic = metadata.Topics.Single(one => one.Topic == name);
        if (topic.Error.IsError || topic.Partitions.Count == 0)
            return new Finding(subject, FindingState.Fault, $"cannot be looked at ({DeliveryErrors.Describe(topic.Error)})", "Check this user's rights.");

        var replicas = topic.Partitions.Min(partition => partition.Replicas.Length);
        var entries = settings.GetValueOrDefault((ResourceType.Topic, name));
        var policy = entries?.GetValueOrDefault(Policy)?.Value;
        var found = $"{Count(topic.Partitions.Count, "partition")}, {Count(replicas, "replica")}{(policy?.Contains("compact", StringComparison.Ordinal) == true ? ", compacted" : "")}";
        var leaderless = topic.Partitions.Count(partition => partition.Leader < 0 || partition.Error.Code == ErrorCode.LeaderNotAvailable);
        if (leaderless > 0)
        {
            return new Finding(
                subject, FindingState.Fault, $"{found}; {leaderless} without a leader", "Nothing can be written to those: start the brokers that hold them.");
        }

        if (policy is not null && options.Topics.IsCompacted(name) && policy != "compact")
        {
            return new Finding(
                subject, FindingState.Fault, $"{found}; {Policy} is {policy}",
                $"What it says would be forgotten after a while. Compact it: kafka-configs.sh --alter --entity-type topics --entity-name {name} --add-config {Policy}=compact");
        }

        if (policy is not null && !options.Topics.IsCompacted(name) && policy.Contains("compact", StringComparison.Ordinal))
        {
            return new Finding(
                subject, FindingState.Fault, $"{found}; {Policy} is {policy}",
                $"Of each instrument only the last event would be kept: kafka-configs.sh --alter --entity-type topics --entity-name {name} --add-config {Policy}=delete");
        }

        return Replicas(subject, found, topic, replicas, metadata.Brokers.Count, Number(entries?.GetValueOrDefault(LeastReplicas)?.Value));
    }

    private static Finding Replicas(string subject, string found, TopicMetadata topic, int replicas, int brokers, int? least)
    {
        var behind = topic.Partitions.Where(partition => partition.InSyncReplicas.Length < partition.Replicas.Length).ToList();
        if (least is { } needed && topic.Partitions.Count(partition => partition.InSyncReplicas.Length < needed) is > 0 and var closed)
        {
            return new Finding(
                subject, FindingState.Fault, $"{found}; {closed} with fewer in sync than {LeastReplicas} ({needed}) asks for",
                replicas < needed ? $"They can never be written to: raise the replicas, or lower {LeastReplicas}."
                    : "They cannot be written to until their replicas are back: start the brokers that hold them.");
        }

        if (behind.Count > 0)
        {
            return new Finding(
                subject, FindingState.Warning, $"{found}; {behind.Count} with replicas that are away or behind", "Look after the brokers that hold them.");
        }

        return replicas == 1 && brokers > 1
            ? new Finding(
                subject, FindingState.Warning, $"{found}, on {brokers} brokers", "The loss of a broker is the loss of its partitions: add replicas (kafka-reassign-partitions.sh).")
            : new Finding(subject, FindingState.Ok, found);
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
