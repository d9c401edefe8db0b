using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace MarketData.Kafka;

/// <summary>Finds every fault of <see cref="KafkaOptions"/>, one sentence each, that names the key. Opens no connection.</summary>
public sealed class KafkaOptionsValidator : IValidateOptions<KafkaOptions>
{
    private const int TopicNameLimit = 249;
    private const int MaximumPartitions = 10_000;
    private const int MaximumReplication = 100;
    private const int MaximumQueue = 10_000_000;
    private const int MaximumKibibytes = 2_097_151;
    private const int MaximumRebuilds = 1_000;
    private const long LeastQuota = 16L << 20;
    private const long MostBytes = 100L << 40;
    private static readonly TimeSpan MinimumSession = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaximumSession = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinimumKept = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaximumKept = TimeSpan.FromDays(365);
    private static readonly TimeSpan MaximumLinger = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaximumGrace = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, KafkaOptions options)
    {
        var faults = Faults(options);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Every fault; empty when the options can be used.</summary>
    /// <param name="options">The options.</param>
    public static IReadOnlyList<string> Faults(KafkaOptions options)
    {
        List<string> faults = [.. AddressFaults(options.BootstrapServers), .. TopicFaults(options.Topics)];
        Range("partitions", options.Partitions, 1, MaximumPartitions);
        if (options.ReplicationFactor != -1)
            Range("replication_factor", options.ReplicationFactor, 1, MaximumReplication);
        Range("queue_capacity", options.QueueCapacity, 1, MaximumQueue);
        Range("producer_queue_messages", options.ProducerQueueMessages, 1, MaximumQueue);
        Range("producer_queue_kibibytes", options.ProducerQueueKibibytes, 1, MaximumKibibytes);
        Range("rebuild_attempts", options.RebuildAttempts, 1, MaximumRebuilds);
        Duration("linger", options.Linger, TimeSpan.Zero, MaximumLinger);
        Duration("full_grace", options.FullGrace, TimeSpan.Zero, MaximumGrace);
        Duration("stall_grace", options.StallGrace, TimeSpan.FromMilliseconds(1), MaximumGrace);
        Duration("trade_ends_kept", options.TradeEndsKept, MinimumKept, MaximumKept);
        Duration("session_timeout", options.SessionTimeout, MinimumSession, MaximumSession);
        if (!IsTopicName(options.GroupPrefix))
            faults.Add($"kafka.group_prefix is '{options.GroupPrefix}'; use 1 to {TopicNameLimit} letters, digits, '.', '_' and '-'.");
        if (!Enum.IsDefined(options.Compression))
            faults.Add($"kafka.compression is {(int)options.Compression}, which is no compression; use none, gzip, snappy, lz4 or zstd.");
        faults.AddRange(SpillFaults(options.Spill));
        var security = options.Security.Faults().ToList();
        faults.AddRange(security.Count > 0 ? security : ExtraFaults(options));
        return faults;

        void Range(string key, int value, int low, int high)
        {
            if (value < low || value > high)
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"kafka.{key} is {value}; it must be from {low} to {high}."));
        }

        void Duration(string key, TimeSpan value, TimeSpan low, TimeSpan high)
        {
            if (value < low || value > high)
                faults.Add($"kafka.{key} is {value}; it must be from {low} to {high}.");
        }
    }

    private static IEnumerable<string> AddressFaults(string servers)
    {
        if (string.IsNullOrWhiteSpace(servers))
        {
            yield return "kafka.bootstrap_servers is empty; set it (or KAFKA_BOOTSTRAP_SERVERS) to the brokers, such as localhost:9092.";
            yield break;
        }
        foreach (var server in servers.Split(','))
        {
            var address = server.Trim();
            var colon = address.LastIndexOf(':');
            var port = address.AsSpan(colon + 1);
            if (colon <= 0 || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
                yield return $"kafka.bootstrap_servers holds '{address}', which is no host:port; write for example localhost:9092.";
        }
    }

    private static IEnumerable<string> TopicFaults(KafkaTopics topics)
    {
        foreach (var (key, topic) in topics.Named())
        {
            if (!IsTopicName(topic))
            {
                yield return $"kafka.topics.{key} is '{topic}', which is no topic name; "
                    + $"use 1 to {TopicNameLimit} letters, digits, '.', '_' and '-'.";
            }
        }
        foreach (var same in topics.Named().GroupBy(topic => topic.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            var keys = string.Join(" and ", same.Select(topic => topic.Key));
            yield return $"kafka.topics gives the name '{same.Key}' to {keys}; each needs its own.";
        }
    }

    private static IEnumerable<string> SpillFaults(KafkaSpillOptions spill)
    {
        if (spill.QuotaBytes is < LeastQuota or > MostBytes)
            yield return $"kafka.spill.quota_bytes is {spill.QuotaBytes}; it must be from {LeastQuota} to {MostBytes}.";
        if (spill.FreeBytes is < 0 or > MostBytes)
            yield return $"kafka.spill.free_bytes is {spill.FreeBytes}; it must be from 0 to {MostBytes}.";
        if (spill.Commit < TimeSpan.FromMilliseconds(10) || spill.Commit > TimeSpan.FromSeconds(10))
            yield return $"kafka.spill.commit is {spill.Commit}; it must be from 10 ms to 10 s.";
        if (spill.After < TimeSpan.FromMilliseconds(100) || spill.After > MaximumGrace)
            yield return $"kafka.spill.after is {spill.After}; it must be from 100 ms to {MaximumGrace}.";
        if (spill.SegmentBytes is < KafkaSpillOptions.LeastSegment or > 1L << 30 || !long.IsPow2(spill.SegmentBytes))
            yield return $"kafka.spill.segment_bytes is {spill.SegmentBytes}; it must be a power of two from 4 MiB to 1 GiB.";
    }

    private static bool IsTopicName(string topic) => topic.Length is > 0 and <= TopicNameLimit && topic is not ("." or "..")
        && topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static IEnumerable<string> ExtraFaults(KafkaOptions options)
    {
        if (options.Extra.Count == 0)
            yield break;
        var sound = true;
        foreach (var (property, value) in options.Extra)
        {
            var fault = ClientSettings.IsOwned(property)
                ? $"kafka.extra.{property} cannot be set, because the promise that nothing is lost rests on it; remove it."
                : Refusal(Alone(property, value), options, $"kafka.extra.{property}", alone: true);
            if (fault is null)
                continue;
            sound = false;
            yield return fault;
        }
        if (!sound)
            yield break;
        var whole = new KafkaOptions { BootstrapServers = "localhost:9092", Extra = options.Extra, Security = options.Security };
        if (Refusal(ClientSettings.Producer(whole, "check"), options, "kafka.extra", alone: false) is { } refusal)
            yield return refusal;
    }

    private static ClientConfig Alone(string property, string value) => new(new Dictionary<string, string> { [property] = value });

    /// <summary>What librdkafka itself says; it knows its properties best.</summary>
    private static string? Refusal(ClientConfig config, KafkaOptions options, string key, bool alone)
    {
        try
        {
            using var client = new ProducerBuilder<Null, Null>(config).SetLogHandler((_, _) => { }).Build();
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Alone, a property may lack its companions: only its own name and value count then.
            var aboutItself = exception.Message.Contains("No such configuration property", StringComparison.Ordinal)
                || exception.Message.Contains("Invalid value", StringComparison.Ordinal);
            var says = ClientSettings.Redact(options, exception.Message);
            return alone && !aboutItself ? null : $"{key} is refused by the Kafka client: {says}; see librdkafka's CONFIGURATION.md.";
        }
    }
}
