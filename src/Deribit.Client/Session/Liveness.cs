namespace Deribit.Client.Session;

/// <summary>
/// Tells a quiet connection from a dead one. Comes in: the time of the last frame of any kind. Goes out: a probe after a long silence, and
/// the end of the connection when it goes unanswered. Owns nothing. Runs on: its own loop.
/// </summary>
internal static class Liveness
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(SessionContext context, Connection connection)
    {
        var limit = context.Options.SilenceLimit;
        while (true)
        {
            var left = limit - connection.Reader.SinceLastFrame;
            await Task.Delay(left > LeastWait ? left : LeastWait, context.TimeProvider, connection.Ending).ConfigureAwait(false);
            if (connection.Reader.Blocked)
            {
                await Task.Delay(limit / 4, context.TimeProvider, connection.Ending).ConfigureAwait(false);
            }
            else if (connection.Reader.SinceLastFrame >= limit)
            {
                context.Logger.Probing(connection.Generation, connection.Reader.SinceLastFrame);
                await ProbeAsync(context, connection).ConfigureAwait(false);
            }
        }
    }

    private static async Task ProbeAsync(SessionContext context, Connection connection)
    {
        try
        {
            await connection.CallAsync("public/test", null, cost: 0, context.Options.ProbeTimeout, connection.Ending).ConfigureAwait(false);
        }
        catch (DeribitRpcException)
        {
            // A refusal is an answer: the peer is there.
        }
        catch (DeribitConnectionException exception) when (exception.Fault == DeribitConnectionFault.RequestTimeout)
        {
            if (!connection.Reader.Blocked && connection.Reader.SinceLastFrame >= context.Options.SilenceLimit)
            {
                connection.Drop(new Drop(DeribitDisconnectReason.Silent,
                    $"Nothing came for {connection.Reader.SinceLastFrame.TotalSeconds:0} s and the probe went unanswered."));
            }
        }
    }
}
