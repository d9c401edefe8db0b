using System.Net.WebSockets;

namespace Deribit.Client.Transport;

/// <summary>Opens <see cref="DeribitSocket"/>s as the options say. Certificates are always checked.</summary>
internal sealed class DeribitSocketFactory(DeribitClientOptions options, TimeProvider timeProvider) : IDeribitSocketFactory
{
    /// <inheritdoc/>
    public async Task<IDeribitSocket> ConnectAsync(CancellationToken cancellationToken)
    {
        var webSocket = new ClientWebSocket();
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            // Without a timeout for the pong, a connection whose peer vanished without a FIN would look alive until TCP gives up.
            webSocket.Options.KeepAliveInterval = options.KeepAliveInterval;
            webSocket.Options.KeepAliveTimeout = options.KeepAliveTimeout;
            webSocket.Options.CollectHttpResponseDetails = true;
            if (options.UseCompression)
            {
                webSocket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
            }

            await webSocket.ConnectAsync(options.Endpoint, either.Token).ConfigureAwait(false);
            return new DeribitSocket(webSocket, options.MaxFrameBytes, timeProvider, IsCompressed(webSocket));
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            var status = webSocket.HttpStatusCode;
            webSocket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw ConnectFailure.Explain(exception, options, status, timedOut: timeout.IsCancellationRequested);
        }
    }

    // The answer's header names the extensions that the server agreed to (RFC 6455, 9.1); the platform has checked their terms.
    private static bool IsCompressed(ClientWebSocket webSocket) =>
        webSocket.HttpResponseHeaders is { } headers
        && headers.TryGetValue("Sec-WebSocket-Extensions", out var extensions)
        && extensions.Any(extension => extension.Contains("permessage-deflate", StringComparison.OrdinalIgnoreCase));
}
