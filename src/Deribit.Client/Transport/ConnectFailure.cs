using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Deribit.Client.Transport;

/// <summary>Turns what the platform says about a failed connection attempt into one clear sentence and a fault code.</summary>
internal static class ConnectFailure
{
    /// <summary>Explains why no connection was opened.</summary>
    /// <param name="exception">What the platform raised.</param>
    /// <param name="options">The address and the time allowed.</param>
    /// <param name="status">The HTTP status of the answer; 0 when there was none.</param>
    /// <param name="timedOut">Whether the time allowed was used up.</param>
    public static DeribitConnectionException Explain(
        Exception exception, DeribitClientOptions options, HttpStatusCode status, bool timedOut)
    {
        var endpoint = options.Endpoint;
        if (timedOut)
        {
            return new($"{endpoint} did not accept a connection within {Seconds(options.ConnectTimeout)} s: check the address and the "
                + "network, or raise ConnectTimeout.", exception, DeribitConnectionFault.ConnectTimeout);
        }

        if (status == HttpStatusCode.TooManyRequests)
        {
            return new($"{endpoint} answered HTTP 429: this address holds too many connections (the exchange allows 32) or opens them too "
                + "fast. No further connection is opened until the cool-down is over; spread the channels over fewer connections.",
                exception, DeribitConnectionFault.TooManyConnections);
        }

        if ((int)status is not 0 and not 101)
        {
            return new($"{endpoint} refused the WebSocket upgrade with HTTP {(int)status}: check the path and whether the "
                + "exchange is open.",
                exception, DeribitConnectionFault.UpgradeRefused);
        }

        return Explain(exception, endpoint);
    }

    /// <summary>Explains why an address was not reached.</summary>
    /// <param name="exception">What the platform raised.</param>
    /// <param name="endpoint">The address.</param>
    public static DeribitConnectionException Explain(Exception exception, Uri endpoint)
    {
        var request = Find<HttpRequestException>(exception);
        var socket = Find<SocketException>(exception);
        if (request?.HttpRequestError == HttpRequestError.NameResolutionError
            || socket?.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData)
        {
            return new($"The host name {endpoint.Host} could not be resolved: check the address and the DNS.",
                exception, DeribitConnectionFault.NameNotResolved);
        }

        if (request?.HttpRequestError == HttpRequestError.SecureConnectionError || Find<AuthenticationException>(exception) is not null)
        {
            return new($"The TLS connection to {endpoint.Host} failed: "
                + $"{Find<AuthenticationException>(exception)?.Message ?? exception.Message} "
                + "Certificates are always checked; correct the certificate, the system's trust store or its clock.",
                exception, DeribitConnectionFault.TlsFailed);
        }

        return new($"{endpoint} could not be reached: {(socket?.Message ?? request?.Message ?? exception.Message).TrimEnd('.')}. "
            + "Check that the address is right and the network is up.", exception, DeribitConnectionFault.Unreachable);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
