using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;

namespace MarketData.Kafka.Tests;

/// <summary>How a client behaves towards brokers that are not there.</summary>
public sealed class ReconnectTests
{
    private static readonly TimeSpan Looked = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Twenty a second with the client library's own pause. Fewer on a busy machine: the test may then miss a storm, not invent one.
    [Fact]
    public async Task Brokers_that_are_away_are_asked_about_once_a_second_and_not_in_a_storm()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new KafkaOptions { BootstrapServers = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}" };
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(ClientSettings.Tail(options, TimeSpan.FromMilliseconds(100))).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe("topic");

        // The first two: it is at it, and goes on after a refusal.
        for (var i = 0; i < 2; i++)
            (await listener.AcceptSocketAsync(Token).AsTask().WaitAsync(Soon, Token)).Dispose();
        var connections = 0;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        over.CancelAfter(Looked);
        var start = Stopwatch.StartNew();
        try
        {
            while (true)
            {
                (await listener.AcceptSocketAsync(over.Token)).Dispose();
                connections++;
            }
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            Assert.True(connections <= 3 * start.Elapsed.TotalSeconds, $"{connections} connections in {start.Elapsed}");
        }
    }
}
