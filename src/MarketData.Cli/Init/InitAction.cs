using System.Globalization;

using MarketData.ClickHouse.Setup;
using MarketData.Kafka;
using MarketData.Kafka.Setup;
using MarketData.ServiceDefaults;
using MarketData.Setup;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Cli.Init;

/// <summary>
/// What <c>init</c> does. Comes in: jobs. Goes out: a line for each thing that was made or found, on standard error what is waited for, an exit
/// code. The jobs run beside each other. Each can be done any number of times, also by several at once.
/// </summary>
internal static class InitAction
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Who does not want to wait still wants an answer.
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(5);

    /// <summary>What is to be done.</summary>
    /// <param name="loaded">The configuration, without faults.</param>
    /// <param name="configuration">The same as .NET knows it.</param>
    /// <param name="what">What was named; null: everything that is configured.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigurationError">What was named is not configured, or nothing is.</exception>
    public static IReadOnlyList<InitJob> Plan(LoadedConfiguration loaded, IConfiguration configuration, string? what, TimeProvider time)
    {
        var (hasKafka, hasClickHouse) = (loaded["kafka:bootstrap_servers"].Length > 0, loaded["clickhouse:url"].Length > 0);
        var faults = new List<string>();
        if (!hasKafka && (what == InitCommand.Topics || (what is null && !hasClickHouse)))
            faults.Add("kafka.bootstrap_servers is not set: set it, or KAFKA_BOOTSTRAP_SERVERS, to the Kafka that is to have the topics.");
        if (!hasClickHouse && (what == InitCommand.Schema || (what is null && !hasKafka)))
            faults.Add("clickhouse.url is not set: set it, or CLICKHOUSE_URL, to the HTTP address of the ClickHouse that is to have the tables.");
        if (faults.Count > 0)
            throw new ConfigurationError(faults);
        var jobs = new List<InitJob>();
        if (hasKafka && what is null or InitCommand.Topics)
        {
            var topics = new KafkaSetup(KafkaServiceCollectionExtensions.ReadOptions(configuration), time, NullLogger<KafkaSetup>.Instance);
            jobs.Add(new InitJob("topic", topics.TryAsync));
        }

        if (hasClickHouse && what is null or InitCommand.Schema)
        {
            var options = global::MarketData.ClickHouse.ClickHouseServiceCollectionExtensions.ReadOptions(configuration);
            jobs.Add(new InitJob("migration", async stop =>
            {
                using var schema = new ClickHouseSetup(options, time);
                return await schema.TryAsync(stop);
            }));
        }

        return jobs;
    }

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<InitJob> jobs, TimeSpan wait, TimeProvider time, CancellationToken stop)
    {
        var done = await Task.WhenAll(jobs.Select(job => RunAsync(job, wait, time, stop)));
        return done.All(one => one) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<bool> RunAsync(InitJob job, TimeSpan wait, TimeProvider time, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(wait > LeastWait ? wait : LeastWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        var started = time.GetTimestamp();
        string? reason = null;
        while (true)
        {
            var result = await AttemptAsync(job, either.Token);
            stop.ThrowIfCancellationRequested();
            if (result?.State == SetupState.Done)
            {
                foreach (var item in result.Items)
                    await Console.Out.WriteLineAsync($"{(item.IsNew ? "made" : "found"),-5}  {job.Kind} {item.Name}");
                return true;
            }

            if (result?.State == SetupState.Refused)
            {
                await Console.Error.WriteLineAsync(result.Reason);
                return false;
            }

            var known = reason;
            reason = result?.Reason ?? reason ?? $"Whatever is to have each {job.Kind} did not answer.";
            var left = wait - time.GetElapsedTime(started);
            if (left <= Pause)
            {
                await Console.Error.WriteLineAsync($"{reason} Given up after {Seconds(time.GetElapsedTime(started))} s; --wait gives it longer.");
                return false;
            }

            if (reason != known)
                await Console.Error.WriteLineAsync($"{reason} It is tried again for up to {Seconds(left)} s.");
            await Task.Delay(Pause, time, stop);
        }
    }

    // Null: there was no answer in time.
    private static async Task<SetupResult?> AttemptAsync(InitJob job, CancellationToken either)
    {
        try
        {
            return await job.TryAsync(either);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
