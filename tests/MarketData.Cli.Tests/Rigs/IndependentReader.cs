using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

using Confluent.Kafka;

namespace MarketData.Cli.Tests.Rigs;

/// <summary>
/// Reads a whole topic, from its beginning to its end, with none of our code: with kcat where it is installed, else with the client library
/// itself.
/// </summary>
internal static partial class IndependentReader
{
    private static readonly string? s_kcat = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Select(directory => Path.Combine(directory, "kcat")).FirstOrDefault(File.Exists);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>All records of a topic, in the order of each key.</summary>
    public static Task<IReadOnlyList<TopicRecord>> ReadAsync(string bootstrapServers, string topic) =>
        s_kcat is null
            ? Task.Run<IReadOnlyList<TopicRecord>>(() => WithLibrary(bootstrapServers, topic))
            : WithKcatAsync(s_kcat, bootstrapServers, topic);

    private static async Task<IReadOnlyList<TopicRecord>> WithKcatAsync(string kcat, string bootstrapServers, string topic)
    {
        var start = new ProcessStartInfo(kcat)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        string[] arguments =
            ["-q", "-b", bootstrapServers, "-t", topic, "-C", "-e", "-o", "beginning", "-X", "fetch.wait.max.ms=10", "-f", @"%k\t%h\t%s\n"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            Assert.True(process.ExitCode == 0, $"kcat could not read {topic}: {await errors}");
            return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static TopicRecord Parse(string line)
    {
        var parts = line.Split('\t', 3);
        var headers = NextHeader().Split(parts[1]).Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2);
        return new TopicRecord(parts[0], Encoding.UTF8.GetBytes(parts[2]), headers.ToDictionary(pair => pair[0], pair => pair[1]));
    }

    private static List<TopicRecord> WithLibrary(string bootstrapServers, string topic) =>
    [
        .. ReadAll(bootstrapServers, topic).Select(result => new TopicRecord(
            result.Message.Key ?? "",
            result.Message.Value ?? [],
            result.Message.Headers.ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes())))),
    ];

    /// <summary>All records of a topic with the client library, as it gives them.</summary>
    public static IEnumerable<ConsumeResult<string, byte[]>> ReadAll(string bootstrapServers, string topic)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "independent",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 10,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions;
        var open = partitions.Select(partition => partition.PartitionId).ToHashSet();
        consumer.Assign(open.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var started = TimeProvider.System.GetTimestamp();
        while (open.Count > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"{topic} could not be read to its end.");
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } result)
                continue;
            if (result.IsPartitionEOF)
                open.Remove(result.Partition.Value);
            else
                yield return result;
        }
    }

    // kcat writes name=value,name=value; a value (a sentence) may have commas of its own.
    [GeneratedRegex(",(?=[a-z-]+=)")]
    private static partial Regex NextHeader();
}
