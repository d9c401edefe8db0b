using System.Net;

using MarketData.Checks;
using MarketData.Cli.Doctor;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MarketData.Cli.Tests.Doctor;

/// <summary>What <c>doctor</c> makes of the answers of receivers of logs and of services.</summary>
[Trait("kind", "integration")]
public sealed class HttpCheckTests
{
    private const string Key = "s3cr3t-do-not-show";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0", FindingState.Ok, "over gRPC takes logs")]
    [InlineData("16", FindingState.Fault, "refuses the request")]
    [InlineData("12", FindingState.Fault, "does not take logs (HTTP 200, gRPC status 12)")]
    public async Task Receiver_over_grpc_is_given_no_record_and_its_status_counts(string status, FindingState state, string found)
    {
        var (body, key) = (Array.Empty<byte>(), "");
        await using var receiver = await StartAsync(HttpProtocols.Http2, async context =>
        {
            using var read = new MemoryStream();
            await context.Request.Body.CopyToAsync(read, Token);
            (body, key) = (read.ToArray(), context.Request.Headers["x-otlp-api-key"].ToString());
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[5], Token);
            context.Response.AppendTrailer("grpc-status", status);
        });
        var finding = Assert.Single(await OtlpCheck.RunAsync(Otlp(receiver, "grpc"), Token));
        Assert.Equal(state, finding.State);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
        Assert.Equal(new byte[5], body);
        Assert.Equal(Key, key);
        Assert.DoesNotContain(Key, finding.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, FindingState.Ok, "over HTTP takes logs")]
    [InlineData(401, FindingState.Fault, "refuses the request")]
    [InlineData(404, FindingState.Fault, "does not take logs (HTTP 404)")]
    public async Task Receiver_over_http_is_asked_under_its_path_for_logs(int status, FindingState state, string found)
    {
        await using var receiver = await StartAsync(HttpProtocols.Http1, context =>
        {
            context.Response.StatusCode = context.Request is { Method: "POST", Path.Value: "/v1/logs", ContentType: "application/x-protobuf" } ? status : 500;
            return Task.CompletedTask;
        });
        var finding = Assert.Single(await OtlpCheck.RunAsync(Otlp(receiver, "http/protobuf"), Token));
        Assert.Equal(state, finding.State);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "3.7.8", FindingState.Ok, "Loki 3.7.8 at ")]
    [InlineData(200, "", FindingState.Ok, "Loki at ")]
    [InlineData(200, "2.9.1", FindingState.Fault, "which takes no OTLP")]
    [InlineData(503, "3.7.8", FindingState.Warning, "is not ready: Ingester not ready: waiting")]
    [InlineData(404, "3.7.8", FindingState.Fault, "/ready answers HTTP 404")]
    public async Task Loki_is_ready_and_new_enough_or_not(int ready, string version, FindingState state, string found)
    {
        await using var loki = await StartAsync(HttpProtocols.Http1, async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/ready" ? ready : 200;
            await context.Response.WriteAsync(
                context.Request.Path == "/ready" ? "Ingester not ready: waiting\n" : $$"""{"version":"{{version}}","revision":""}""", Token);
        });
        var finding = Assert.Single(await LokiCheck.RunAsync(Address(loki) + "/", Token));
        Assert.Equal(state, finding.State);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"status":"healthy","service":"trades","checks":[]}""", FindingState.Ok, "trades is healthy", "")]
    [InlineData(
        """{"status":"degraded","service":"trades","checks":[{"name":"kafka","status":"degraded","reasons":["kafka_stalled: It waits."],"data":{}}]}""",
        FindingState.Warning, "trades is degraded", "kafka: kafka_stalled: It waits.")]
    [InlineData(
        """{"status":"unhealthy","service":"trades","checks":[{"name":"redis","status":"unhealthy","reasons":["redis_unreachable: Away."],"data":{}}]}""",
        FindingState.Fault, "trades is unhealthy", "redis: redis_unreachable: Away.")]
    [InlineData("<html>Hello</html>", FindingState.Fault, "not as a service of ours does", "Check the port.")]
    [InlineData("[]", FindingState.Fault, "not as a service of ours does", "Check the port.")]
    public async Task Service_is_as_it_says_and_its_reasons_are_told(string body, FindingState state, string found, string advice)
    {
        await using var service = await StartAsync(HttpProtocols.Http1, context => context.Response.WriteAsync(body, Token));
        var finding = Assert.Single(await ServiceCheck.RunAsync(Address(service), Token));
        Assert.Equal(state, finding.State);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
        Assert.Equal(advice, finding.Advice);
    }

    private static IConfiguration Otlp(WebApplication receiver, string protocol) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address(receiver),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={Key},other=a%20b",
    }).Build();

    private static string Address(WebApplication app) => app.Urls.First();

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(Token);
        return app;
    }
}
