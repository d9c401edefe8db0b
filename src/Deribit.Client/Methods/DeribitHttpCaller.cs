using System.Net;
using System.Text.Json;
using Deribit.Client.Methods;
using Deribit.Client.Protocol;
using Deribit.Client.Transport;

namespace Deribit.Client;

/// <summary>
/// Public methods over HTTP, one GET each: <c>{base}/public/get_last_trades_by_instrument?instrument_name=BTC-PERPETUAL&amp;start_seq=7</c>.
/// Comes in: calls. Goes out: replies, with the same faults as over the WebSocket. Owns: an HTTP client. Runs on: any thread.
/// Source: Deribit API v2, "JSON-RPC over HTTP".
/// </summary>
public sealed class DeribitHttpCaller : IDeribitCaller, IDisposable
{
    // A page of 10,000 trades, the largest that any host of the exchange gives, has about 4 MB.
    private const long MostReplyBytes = 32 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly Uri _baseAddress;
    private readonly DeribitCallBudget? _budget;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates a caller; nothing is connected before the first call.</summary>
    /// <param name="baseAddress">The address that methods are added to, such as <c>https://history.deribit.com/api/v2</c>.</param>
    /// <param name="budget">Learns of refusals for too many requests, so that every sharer holds its calls back; null for none.</param>
    /// <param name="timeout">How long a call may take; default 10 s.</param>
    /// <param name="timeProvider">The clock; default the system's.</param>
    /// <exception cref="ArgumentException">The address is not absolute, or neither http nor https.</exception>
    public DeribitHttpCaller(Uri baseAddress, DeribitCallBudget? budget = null, TimeSpan? timeout = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        if (!baseAddress.IsAbsoluteUri || baseAddress.Scheme is not ("http" or "https"))
            throw new ArgumentException($"'{baseAddress}' is no absolute http or https address.", nameof(baseAddress));
        _baseAddress = new Uri(baseAddress.AbsoluteUri.TrimEnd('/') + "/");
        _budget = budget;
        _timeout = timeout ?? TimeSpan.FromSeconds(10);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip,
            MaxConnectionsPerServer = 4,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostReplyBytes,
        };
    }

    /// <inheritdoc/>
    /// <exception cref="DeribitProtocolException">The reply is none of the API's.</exception>
    public async Task<DeribitReply> CallAsync(string method, Action<Utf8JsonWriter>? writeParams, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(method);
        var address = new Uri(_baseAddress, method + HttpQuery.Write(writeParams));
        using var timeout = new CancellationTokenSource(_timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var response = await _http.GetAsync(address, either.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            return ToReply(method, response.StatusCode, body);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeribitConnectionException(
                $"{method} was not answered by {_baseAddress.Host} within {_timeout.TotalSeconds} s.", exception,
                DeribitConnectionFault.RequestTimeout);
        }
        catch (HttpRequestException exception)
        {
            throw ConnectFailure.Explain(exception, _baseAddress);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // The API answers an error with its JSON and a status of 400 and above; a proxy before it answers with a page of its own.
    private DeribitReply ToReply(string method, HttpStatusCode status, byte[] body)
    {
        var now = WallClock.UnixNs(_timeProvider);
        if (status == HttpStatusCode.TooManyRequests) _budget?.CoolDown();
        ReplyEnvelope reply;
        try
        {
            reply = ReplyEnvelope.Read(body);
        }
        catch (DeribitProtocolException exception) when (status != HttpStatusCode.OK)
        {
            throw new DeribitConnectionException(
                $"{_baseAddress.Host} answered {method} with HTTP {(int)status} and no reply of the API: try again later, or check the "
                + "address.",
                exception,
                status == HttpStatusCode.TooManyRequests ? DeribitConnectionFault.TooManyConnections : DeribitConnectionFault.CallRefused);
        }

        if (reply.IsError)
        {
            if (reply.Code == ErrorCodes.TooManyRequests && status != HttpStatusCode.TooManyRequests) _budget?.CoolDown();
            throw new DeribitRpcException(method, reply.Code, reply.Message, reply.Data);
        }

        return new DeribitReply
        {
            Result = reply.Result.ToArray(),
            ReceivedAtUnixNs = now,
            UsIn = reply.UsIn,
            UsOut = reply.UsOut,
            UsDiff = reply.UsDiff,
        };
    }
}
