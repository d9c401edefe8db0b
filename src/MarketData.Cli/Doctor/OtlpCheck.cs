using System.Net;
using System.Net.Http.Headers;

using MarketData.Checks;

namespace MarketData.Cli.Doctor;

/// <summary>Looks at the receiver that OpenTelemetry's own variables name, by giving it no log record at all.</summary>
internal static class OtlpCheck
{
    public const string Subject = "otlp";
    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // A gRPC message: not compressed, no bytes (gRPC over HTTP2, "Length-Prefixed-Message").
    private static readonly byte[] NoRecords = [0, 0, 0, 0, 0];

    public static async Task<IReadOnlyList<Finding>> RunAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var endpoint = configuration[EndpointKey]!.TrimEnd('/');
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return [new Finding(Subject, FindingState.Fault, $"{EndpointKey} is no http or https address", "Set it to such as http://localhost:4317.")];
        var overHttp = configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] is "http/protobuf";
        using var request = overHttp ? OverHttp(endpoint) : OverGrpc(endpoint);
        foreach (var (name, value) in Headers(configuration["OTEL_EXPORTER_OTLP_HEADERS"]))
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await HttpAnswer.OfAsync(request, cancellationToken);
        var where = $"{address.Scheme}://{address.Authority} over {(overHttp ? "HTTP" : "gRPC")}";
        return [answer switch
        {
            { Status: 0 } => new Finding(
                Subject, FindingState.Fault, $"{where} cannot be reached ({answer.Body})",
                $"Check {EndpointKey} and OTEL_EXPORTER_OTLP_PROTOCOL (grpc, usually at port 4317, or http/protobuf, usually at 4318). The data path goes on without."),
            { Status: 401 or 403 } or { GrpcStatus: "7" or "16" } => new Finding(
                Subject, FindingState.Fault, $"{where} refuses the request", "Check OTEL_EXPORTER_OTLP_HEADERS."),
            { Status: >= 200 and < 300 } when overHttp || answer.GrpcStatus == "0" => new Finding(Subject, FindingState.Ok, $"{where} takes logs"),
            _ => new Finding(
                Subject, FindingState.Fault,
                $"{where} does not take logs (HTTP {answer.Status}{(answer.GrpcStatus is { } status ? $", gRPC status {status}" : "")})",
                $"Check that {EndpointKey} is an OTLP receiver and OTEL_EXPORTER_OTLP_PROTOCOL what it speaks."),
        }];
    }

    private static HttpRequestMessage OverHttp(string endpoint) => new(HttpMethod.Post, endpoint + "/v1/logs")
    {
        Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } },
    };

    private static HttpRequestMessage OverGrpc(string endpoint) => new(HttpMethod.Post, endpoint + "/opentelemetry.proto.collector.logs.v1.LogsService/Export")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Headers = { { "TE", "trailers" } },
        Content = new ByteArrayContent(NoRecords) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
    };

    // name=value,name=value with escapes as in URLs (OpenTelemetry, "Specifying headers via environment variables").
    private static IEnumerable<(string Name, string Value)> Headers(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(header => header.Split('=', 2)).Where(header => header.Length == 2)
            .Select(header => (header[0].Trim(), Uri.UnescapeDataString(header[1].Trim())));
}
