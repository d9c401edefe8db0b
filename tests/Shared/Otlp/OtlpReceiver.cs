using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;


namespace TestRigs;

/// <summary>Takes logs, metrics and traces over OTLP/HTTP on a port of its own, or takes them and never answers.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const string TracesPath = "/v1/traces";

    private readonly ConcurrentQueue<(string Path, byte[] Body)> _bodies = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;

    private OtlpReceiver(bool hangs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        foreach (var path in new[] { "/otlp/v1/logs", "/v1/logs", "/v1/metrics", TracesPath })
        {
            _app.MapPost(path, async (HttpRequest request) =>
            {
                using var body = new MemoryStream();
                await request.Body.CopyToAsync(body);
                _bodies.Enqueue((path, body.ToArray()));
                if (hangs) await _release.Task;
            });
        }
    }

    public string Address => _app.Urls.First();

    /// <summary>Requests so far.</summary>
    public int Requests => _bodies.Count;

    /// <summary>Every log record so far, as its bytes.</summary>
    public IReadOnlyList<byte[]> Records => [.. Bodies.SelectMany(body => Parts(body, 1)).SelectMany(logs => Parts(logs, 2)).SelectMany(scope => Parts(scope, 2))];

    /// <summary>All that came, for searching.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. _bodies.Select(body => body.Body)];

    /// <summary>Every span so far.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
    [
        .. _bodies.Where(body => body.Path == TracesPath).SelectMany(body => Parts(body.Body, 1)).SelectMany(resource => Parts(resource, 2))
            .SelectMany(scope => Parts(scope, 2))
            // Span: trace_id = 1, span_id = 2, parent_span_id = 4, name = 5.
            .Select(span => new OtlpSpan(
                Encoding.UTF8.GetString(Parts(span, 5).Single()), Convert.ToHexString(Parts(span, 1).Single()), Convert.ToHexString(Parts(span, 2).Single()),
                Parts(span, 4) is [{ Length: > 0 } parent] ? Convert.ToHexString(parent) : null)),
    ];

    public static async Task<OtlpReceiver> StartAsync(bool hangs = false)
    {
        var receiver = new OtlpReceiver(hangs);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        await _app.DisposeAsync();
    }

    // ExportLogsServiceRequest: resource_logs = 1 { scope_logs = 2 { log_records = 2 } }; all are length-delimited.
    private static List<byte[]> Parts(byte[] message, int field)
    {
        var parts = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Number(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    var length = (int)Number(message, ref at);
                    if ((int)(tag >> 3) == field) parts.Add(message[at..(at + length)]);
                    at += length;
                    break;
            }
        }

        return parts;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var one = message[at++];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80) return value;
        }
    }
}
