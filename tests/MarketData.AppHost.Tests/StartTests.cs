using System.Diagnostics;
using Confluent.Kafka;
using StackExchange.Redis;

namespace MarketData.AppHost.Tests;

/// <summary>The whole system, started by Aspire, until an event is on Kafka and a value in Redis.</summary>
public sealed class StartTests
{
    private static readonly TimeSpan s_embeddedLimit = TimeSpan.FromMinutes(5);

    // Images may have to be fetched first.
    private static readonly TimeSpan s_containerLimit = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Embedded_infrastructure_brings_up_every_resource_healthy_and_data_flows() =>
        await StartAsync(s_embeddedLimit, "--infrastructure", "embedded");

    [Fact]
    public async Task Containers_bring_up_every_resource_healthy_and_data_flows()
    {
        Assert.SkipUnless(await HasContainerEngineAsync(), "No container engine answers 'docker info' or 'podman info'.");
        await StartAsync(s_containerLimit, "--Parameters:exchange=simulated");
    }

    private static async Task StartAsync(TimeSpan limit, params string[] arguments)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(limit);
        var ct = patience.Token;
        var history = Directory.CreateTempSubdirectory("marketdata-apphost-");
        try
        {
            await using var builder = await AppHostModel.RunAsync(ct, arguments);
            foreach (var project in builder.Resources.OfType<ProjectResource>().ToList())
            {
                builder.CreateResourceBuilder(project)
                    .WithEnvironment("PARQUET__DIRECTORY", history.FullName)
                    .WithEnvironment("KAFKA__SPILL__DIRECTORY", history.FullName);
            }

            await using var app = await builder.BuildAsync(ct);
            await app.StartAsync(ct);
            foreach (var resource in builder.Resources.Where(item => item is ContainerResource or ProjectResource && item.Name is not ("topics" or "schema")))
                await app.ResourceNotifications.WaitForResourceHealthyAsync(resource.Name, ct);

            var kafka = await app.GetConnectionStringAsync("kafka", ct);
            var redis = await app.GetConnectionStringAsync("redis", ct);
            Assert.NotNull(kafka);
            Assert.NotNull(redis);
            Assert.Contains("\"BTC-PERPETUAL\"", ReadEvent(kafka, "market.orderbook", ct), StringComparison.Ordinal);
            await ReadValueAsync(redis, "deribit.BTC-PERPETUAL:orderbook", ct);

            // The commands of the dashboard reach the collector with the key that it was given.
            foreach (var command in new[] { "pause", "resume" })
                Assert.True((await app.ResourceCommands.ExecuteCommandAsync(builder.Find("trades"), command, ct)).Success, command);
        }
        finally
        {
            history.Delete(recursive: true);
        }
    }

    private static string ReadEvent(string servers, string topic, CancellationToken ct)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = "apphost-tests",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).Build();
        consumer.Subscribe(topic);
        try
        {
            while (true)
            {
                if (consumer.Consume(ct) is { Message: { Key: "deribit.BTC-PERPETUAL" } message }) return message.Value;
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    // A book that is live is in Redis within moments. The server is asked again only when its answer has come, so this is no busy loop.
    private static async Task ReadValueAsync(string server, string key, CancellationToken ct)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server);
        while (!(await connection.GetDatabase().StringGetAsync(key)).HasValue) ct.ThrowIfCancellationRequested();
    }

    private static async Task<bool> HasContainerEngineAsync()
    {
        foreach (var engine in new[] { "docker", "podman" })
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(engine, "info") { RedirectStandardOutput = true, RedirectStandardError = true });
                if (process is null) continue;
                await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), process.WaitForExitAsync());
                if (process.ExitCode == 0) return true;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // It is not installed.
            }
        }

        return false;
    }
}
