using System.Net;
using System.Net.Sockets;
using System.Text;
using MarketData.ServiceDefaults.Tests.Shutdown;
using Microsoft.AspNetCore.Builder;

namespace MarketData.ServiceDefaults.Tests.Health;

/// <summary>The endpoints and the log against those who read them badly or send them what they should not.</summary>
[Trait("kind", "integration")]
public sealed class EndpointAbuseTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row47_Scrapers_that_hang_keep_nobody_else_from_health_and_metrics()
    {
        using var test = Configured();
        await using var app = await StartAsync(test);
        var address = new Uri(Assert.Single(app.Urls));
        var hung = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 40; i++)
            {
                var scraper = new TcpClient { ReceiveBufferSize = 1024 };
                hung.Add(scraper);
                await scraper.ConnectAsync(address.Host, address.Port, _ct);
                // Half of them never end their request; the other half ask many times over and never read an answer.
                var request = i % 2 == 0 ? "GET /metrics HTTP/1.1\r\nHost: x\r\n" : string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 20));
                await scraper.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), _ct);
            }

            using var http = new HttpClient { BaseAddress = address, Timeout = Deadline };
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health", _ct)).StatusCode);
                Assert.Contains("dotnet_process_memory_working_set", await http.GetStringAsync("/metrics", _ct), StringComparison.Ordinal);
            }
        }
        finally
        {
            hung.ForEach(scraper => scraper.Dispose());
        }
    }

    [Fact]
    public async Task Row47_Log_that_nobody_reads_does_not_stop_the_service_and_says_how_much_was_dropped()
    {
        await using var host = new TestHostProcess("chatter", "--health.port", "0", "--logging.level", "information");
        // The reader of this test takes a thousand lines and then no more: the pipe is full, and stays so.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_ct);
        deadline.CancelAfter(Deadline);
        while (!File.Exists(host.DoneFile))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline.Token);
        await host.SignalAsync("TERM", _ct);
        var reading = host.DrainAsync(_ct);
        var (exitCode, errors) = await host.WaitForExitAsync(deadline.Token);
        await reading;
        Assert.True(exitCode == ExitCode.Ok, errors);
        Assert.Contains("dropped because of queue size limit", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row51_Endpoints_take_no_input_and_answer_garbage_with_a_refusal()
    {
        using var test = Configured();
        await using var app = await StartAsync(test);
        var address = new Uri(Assert.Single(app.Urls));
        const int Seed = 4711;
        var random = new Random(Seed);
        string[] methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"];
        string[] paths = ["/health", "/metrics", "/alive", "/", "/../config/default.toml", "/health/%2e%2e/%2e%2e/etc/passwd", "/metrics;rm", "/%00", "/admin"];
        for (var i = 0; i < 200; i++)
        {
            var noise = new byte[random.Next(0, 2000)];
            random.NextBytes(noise);
            var head = random.Next(3) == 0
                ? ""
                : $"{methods[random.Next(methods.Length)]} {paths[random.Next(paths.Length)]}?symbol={Uri.EscapeDataString("\r\nX: y")} HTTP/1.1\r\n" +
                  $"Host: x\r\nContent-Length: {random.Next(-2, 3000)}\r\nConnection: close\r\n\r\n";
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, _ct);
            await using var stream = client.GetStream();
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. noise], _ct);
            client.Client.Shutdown(SocketShutdown.Send);
            var answer = await ReadAsync(stream);
            Assert.DoesNotContain("pw-value", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
            Assert.False(answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal), $"seed {Seed}, request {i}: {answer}");
        }

        // Nothing but reading is offered, and what is offered still works.
        using var http = new HttpClient { BaseAddress = address };
        foreach (var path in (string[])["/health", "/metrics"])
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path + "?enabled=false&symbol=*", _ct)).StatusCode);
            using var body = new StringContent("""{"symbol":"*","enabled":false}""");
            var posted = (await http.PostAsync(path, body, _ct)).StatusCode;
            Assert.True(posted is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound or HttpStatusCode.OK, $"POST {path}: {posted}");
        }

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/symbols", _ct)).StatusCode);
    }

    private async Task<string> ReadAsync(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync(_ct).WaitAsync(Deadline, TimeProvider.System, _ct);
        }
        catch (IOException)
        {
            // Hung up on: a refusal as well.
            return "";
        }
    }

    private static TestConfiguration Configured()
    {
        var test = new TestConfiguration("[health]\nport = 0\naddress = \"localhost\"\n[logging]\nlevel = \"none\"\n");
        test.Variables["REDIS_URL"] = "redis://:pw-value@127.0.0.1:1";
        return test;
    }

    private async Task<WebApplication> StartAsync(TestConfiguration test)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "test-service" });
        builder.AddServiceDefaults(options => options.Inputs = test.Inputs);
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync(_ct);
        return app;
    }
}
