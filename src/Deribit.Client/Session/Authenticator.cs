using System.Security.Cryptography;
using System.Text.Json;
using Deribit.Client.Protocol;

namespace Deribit.Client.Session;

/// <summary>
/// Proves the credentials, and proves them again in time. Comes in: the options' credentials. Goes out: <c>public/auth</c> calls. Owns: the
/// tokens of the current connection; no secret and no token ever leaves it for a log or an exception. Runs on: the connection's set-up and
/// its own renewal loop, never both at a time.
/// </summary>
internal sealed class Authenticator(SessionContext context)
{
    private const string Method = "public/auth";
    private const double RenewAtPart = 0.8;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(12);
    private static readonly TimeSpan LeastRenewal = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RenewalRetry = TimeSpan.FromSeconds(5);
    private string? _refreshToken;
    private TimeSpan _lifetime;
    private long? _rejectedAt;

    /// <summary>Authenticates a fresh connection. Returns false when there are no credentials or they are rejected.</summary>
    /// <exception cref="DeribitRpcException">
    /// The exchange refused for a passing reason, or rejected and the options say to fail.
    /// </exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or no reply came in time.</exception>
    public async Task<bool> AuthenticateAsync(Connection connection)
    {
        if (context.Options.Credentials is not { } credentials || RejectedLately())
        {
            return false;
        }

        try
        {
            await CallAsync(connection, writer => WriteGrant(writer, credentials)).ConfigureAwait(false);
            _rejectedAt = null;
            context.Status.Update(status => status with { CredentialsRejected = false });
            return true;
        }
        catch (DeribitRpcException exception) when (!ErrorCodes.IsTransient(exception.Code))
        {
            _rejectedAt = context.TimeProvider.GetTimestamp();
            context.Status.Update(status => status with { CredentialsRejected = true });
            context.Logger.CredentialsRejected(exception.Code, exception.ErrorMessage, credentials.ClientId);
            return context.Options.FallBackToPublicMode ? false : throw Redacted(exception);
        }
        catch (DeribitRpcException exception)
        {
            throw Redacted(exception);
        }
    }

    /// <summary>Renews the authentication before it runs out, until the connection ends.</summary>
    public async Task RenewAsync(Connection connection)
    {
        while (connection.Authenticated)
        {
            var due = _lifetime * RenewAtPart;
            await DelayAsync(due > LeastRenewal ? due : LeastRenewal, connection.Ending).ConfigureAwait(false);
            var until = context.TimeProvider.GetTimestamp();
            while (!await TryRenewAsync(connection).ConfigureAwait(false))
            {
                if (context.TimeProvider.GetElapsedTime(until) > _lifetime * (1 - RenewAtPart))
                {
                    connection.Drop(new Drop(
                        DeribitDisconnectReason.AuthenticationLost, "The authentication ran out and could not be renewed in time."));
                    return;
                }

                await DelayAsync(RenewalRetry, connection.Ending).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> TryRenewAsync(Connection connection)
    {
        try
        {
            if (_refreshToken is { } token)
            {
                _refreshToken = null;
                try
                {
                    await CallAsync(connection, writer => WriteRefresh(writer, token)).ConfigureAwait(false);
                    context.Logger.AuthenticationRenewed(connection.Generation, "refresh token");
                    return true;
                }
                catch (DeribitRpcException exception)
                {
                    context.Logger.RefreshRefused(exception.Code, exception.ErrorMessage);
                }
            }

            connection.Authenticated = await AuthenticateAsync(connection).ConfigureAwait(false);
            if (connection.Authenticated)
            {
                context.Logger.AuthenticationRenewed(connection.Generation, "credentials");
                return true;
            }

            // The session must not go on as if it still were what it was: a new connection starts in public mode.
            connection.Drop(new Drop(DeribitDisconnectReason.AuthenticationLost, "The credentials were rejected when they were renewed."));
            return true;
        }
        catch (DeribitRpcException exception) when (ErrorCodes.IsTransient(exception.Code))
        {
            return false;
        }
        catch (DeribitConnectionException exception) when (exception.Fault == DeribitConnectionFault.RequestTimeout)
        {
            return false;
        }
    }

    private static DeribitRpcException Redacted(DeribitRpcException exception) => new(Method, exception.Code, exception.ErrorMessage);

    private bool RejectedLately() => _rejectedAt is { } at && context.Options.FallBackToPublicMode
        && context.TimeProvider.GetElapsedTime(at) < context.Options.RejectedCredentialsRetry;

    private async Task CallAsync(Connection connection, Action<Utf8JsonWriter> writeParams)
    {
        var reply = await connection.CallAsync(
            Method, writeParams, DeribitCallBudget.CallCost, context.Options.RequestTimeout, connection.Ending).ConfigureAwait(false);
        (_lifetime, _refreshToken) = AuthReply.Read(reply.Result.Span);
    }

    private void WriteGrant(Utf8JsonWriter writer, DeribitCredentials credentials)
    {
        if (credentials.Grant == DeribitGrant.ClientCredentials)
        {
            writer.WriteString("grant_type"u8, "client_credentials"u8);
            writer.WriteString("client_id"u8, credentials.ClientId);
            writer.WriteString("client_secret"u8, credentials.ClientSecret);
            return;
        }

        var timestamp = context.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        writer.WriteString("grant_type"u8, "client_signature"u8);
        writer.WriteString("client_id"u8, credentials.ClientId);
        writer.WriteNumber("timestamp"u8, timestamp);
        writer.WriteString("nonce"u8, nonce);
        writer.WriteString("data"u8, "");
        writer.WriteString("signature"u8, ClientSignature.Sign(credentials.ClientSecret, timestamp, nonce, ""));
    }

    private static void WriteRefresh(Utf8JsonWriter writer, string token)
    {
        writer.WriteString("grant_type"u8, "refresh_token"u8);
        writer.WriteString("refresh_token"u8, token);
    }

    private async Task DelayAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        // A lifetime may be a year; a timer cannot.
        for (; time > LongestDelay; time -= LongestDelay)
        {
            await Task.Delay(LongestDelay, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        await Task.Delay(time, context.TimeProvider, cancellationToken).ConfigureAwait(false);
    }
}
