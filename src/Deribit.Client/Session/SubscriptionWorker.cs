using Deribit.Client.Protocol;
using Deribit.Client.Transport;

namespace Deribit.Client.Session;

/// <summary>
/// Brings what is acknowledged to what is wanted. Comes in: the next call of the <see cref="SubscriptionBook"/>. Goes out: subscribe and
/// unsubscribe calls, one at a time and within the budget, and what became of them. Owns nothing but the retry pace. Runs on: its own loop,
/// one per connection.
/// </summary>
internal sealed class SubscriptionWorker(SessionContext context, Connection connection, Authenticator authenticator, ChunkSize size)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();
    private bool _provenAgain;
    private int _troubles;

    /// <summary>Works until the connection ends.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            if (context.Subscriptions.NextBatch(size.Channels, size.Bytes) is { } batch)
            {
                await MakeAsync(batch).ConfigureAwait(false);
            }
            else
            {
                await context.Subscriptions.WaitAsync(connection.Ending).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Puts the outcome of a subscribe call into the stream.</summary>
    public static async Task ReportAsync(
        SessionContext context, Connection connection, SubscriptionBatch batch, IReadOnlySet<string> accepted,
        IReadOnlyList<Refusal> refusals, string detail)
    {
        var now = WallClock.UnixNs(context.TimeProvider);
        var acknowledged = batch.Channels.Where(accepted.Contains).ToList();
        if (acknowledged.Count > 0)
        {
            context.Logger.Acknowledged(acknowledged.Count, batch.Channels.Count, connection.Generation);
            await context.Queue.WriteAsync(
                new DeribitChannelsAcknowledged { Channels = acknowledged, Generation = connection.Generation, ReceivedAtUnixNs = now },
                connection.Ending).ConfigureAwait(false);
        }

        foreach (var refusal in refusals)
        {
            context.Logger.Refused(refusal.Channels.Count, refusal.Channels[0], refusal.Attempts, refusal.GivenUp, detail);
            await context.Queue.WriteAsync(
                new DeribitChannelsRefused
                {
                    Channels = refusal.Channels,
                    Attempts = refusal.Attempts,
                    GivenUp = refusal.GivenUp,
                    Detail = detail,
                    Generation = connection.Generation,
                    ReceivedAtUnixNs = now,
                },
                connection.Ending).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The exchange answered an unsubscribe call. The stream says so first: a new subscription of these channels follows only behind it.
    /// </summary>
    public static async Task EndAsync(SessionContext context, Connection connection, SubscriptionBatch batch)
    {
        await context.Queue.WriteAsync(
            new DeribitChannelsEnded
            {
                Channels = batch.Channels,
                Generation = connection.Generation,
                ReceivedAtUnixNs = WallClock.UnixNs(context.TimeProvider),
            },
            connection.Ending).ConfigureAwait(false);
        context.Subscriptions.Unsubscribed(connection.Generation, batch.Channels);
    }

    private async Task MakeAsync(SubscriptionBatch batch)
    {
        try
        {
            var accepted = await SubscriptionCalls.MakeAsync(context, connection, batch, connection.Ending).ConfigureAwait(false);
            _troubles = 0;
            size.Grow();
            if (!batch.Subscribes)
            {
                await EndAsync(context, connection, batch).ConfigureAwait(false);
                return;
            }

            var refusals = context.Subscriptions.Subscribed(connection.Generation, batch.Channels, accepted);
            await ReportAsync(context, connection, batch, accepted, refusals,
                "The exchange left the channels out of its reply: unknown, not open, or not offered at this interval.")
                .ConfigureAwait(false);
        }
        catch (DeribitConnectionException exception) when (exception.Fault == DeribitConnectionFault.RequestTimeout)
        {
            // The call may have arrived: data is accepted meanwhile, and asking again does no harm.
            Pause(exception.Message);
        }
        catch (DeribitRpcException exception)
        {
            await TakeErrorAsync(batch, exception).ConfigureAwait(false);
        }
    }

    private async Task TakeErrorAsync(SubscriptionBatch batch, DeribitRpcException exception)
    {
        if (ErrorCodes.MeansUnreadableRequest(exception.Code) && batch.Channels.Count > 1)
        {
            context.Logger.ChunkHalved(batch.Method, exception.Code, batch.Channels.Count, size.ShrinkForGood(batch.Channels.Count));
        }
        else if (ErrorCodes.IsTransient(exception.Code))
        {
            Pause(exception.Message);
        }
        else if (exception.Code == ErrorCodes.RawNotAvailable)
        {
            await TakeRawDenialAsync(batch, exception).ConfigureAwait(false);
        }
        else if (exception.Code == ErrorCodes.Unauthorized && connection.Authenticated)
        {
            connection.Drop(new Drop(DeribitDisconnectReason.AuthenticationLost, exception.Message));
        }
        else if (batch.Channels.Count > 1)
        {
            // One bad channel may have failed the call: smaller calls find it.
            context.Logger.ChunkHalved(batch.Method, exception.Code, batch.Channels.Count, size.Shrink(batch.Channels.Count));
        }
        else if (batch.Subscribes)
        {
            var refusals = context.Subscriptions.Refused(batch.Channels, giveUp: false);
            await ReportAsync(context, connection, batch, Nothing, refusals, exception.Message).ConfigureAwait(false);
        }
        else
        {
            context.Logger.UnsubscribeRefused(batch.Channels[0], exception.Code, exception.ErrorMessage);
            await EndAsync(context, connection, batch).ConfigureAwait(false);
        }
    }

    private async Task TakeRawDenialAsync(SubscriptionBatch batch, DeribitRpcException exception)
    {
        if (connection.Authenticated && !_provenAgain)
        {
            // The authentication may have run out on the server's side.
            _provenAgain = true;
            connection.Authenticated = await authenticator.AuthenticateAsync(connection).ConfigureAwait(false);
            return;
        }

        context.Status.Update(status => status with { RawDenied = true });
        var denied = context.Subscriptions.DenyRaw(batch.Channels);
        if (context.Options.FallBackToPublicIntervals && denied.Count > 0)
        {
            context.Logger.RawFellBack(denied.Count);
            return;
        }

        context.Logger.RawDenied(denied.Count);
        var refusals = context.Subscriptions.Refused(denied.Count > 0 ? denied : batch.Channels, giveUp: true);
        await ReportAsync(context, connection, batch, Nothing, refusals, exception.Message).ConfigureAwait(false);
    }

    private void Pause(string why)
    {
        _troubles++;
        var bound = Math.Min(
            context.Options.SubscribeRetryBase.Ticks * Math.Pow(2, Math.Min(_troubles - 1, 20)), LongestPause.Ticks);
        var time = TimeSpan.FromTicks((long)(bound * (0.5 + (context.Jitter() / 2))));
        context.Logger.SubscribeRetry(why, time);
        context.Subscriptions.PutOff(time);
    }
}
