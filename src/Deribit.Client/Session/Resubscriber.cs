using Deribit.Client.Protocol;

namespace Deribit.Client.Session;

/// <summary>
/// Forces fresh snapshots: unsubscribe, wait for the reply, subscribe, wait for the reply. A second subscribe alone is acknowledged without
/// a snapshot (Deribit API v2, observed). Runs on: the caller's task; the worker leaves the channels alone meanwhile.
/// </summary>
internal sealed class Resubscriber(SessionContext context, Connection connection, ChunkSize size)
{
    private const int Attempts = 3;

    /// <summary>
    /// Resubscribes; returns the names that the exchange did not acknowledge (they stay wanted, and the worker goes on trying). The task ends
    /// before the worker goes on: whoever reads what the worker's next call brings can know how this one ended.
    /// </summary>
    /// <exception cref="DeribitConnectionException">
    /// The connection was lost meanwhile; the reconnect subscribes everything anyway.
    /// </exception>
    public Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var held = context.Subscriptions.Hold(connection.Generation, names);
        var run = RunAsync(names, held, cancellationToken);
        _ = ReleaseAfterAsync(run, held);
        return run;
    }

    private async Task ReleaseAfterAsync(Task run, IReadOnlyDictionary<string, string> held)
    {
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Subscriptions.Release(connection.Generation, held.Values);
    }

    private async Task<IReadOnlyList<string>> RunAsync(
        IReadOnlyList<string> names, IReadOnlyDictionary<string, string> held, CancellationToken cancellationToken)
    {
        var acknowledged = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var left = new LinkedList<string>(held.Values.Distinct(StringComparer.OrdinalIgnoreCase));
        while (SubscriptionBatch.Take(left, SubscriptionBatch.Unsubscribe, size.Channels, size.Bytes) is { } drop)
        {
            if (await CallAsync(drop, cancellationToken).ConfigureAwait(false) is null)
            {
                if (drop.Channels.Count > size.Channels)
                {
                    continue;
                }
            }
            else
            {
                await SubscriptionWorker.EndAsync(context, connection, drop).ConfigureAwait(false);
                await SubscribeAsync(drop, acknowledged, cancellationToken).ConfigureAwait(false);
            }

            foreach (var wire in drop.Channels)
            {
                left.Remove(wire);
            }
        }

        return [.. names.Where(name => !held.TryGetValue(name, out var wire) || !acknowledged.Contains(wire))];
    }

    private async Task SubscribeAsync(SubscriptionBatch drop, HashSet<string> acknowledged, CancellationToken cancellationToken)
    {
        var add = drop.AsSubscribe();
        context.Subscriptions.Asking(connection.Generation, add.Channels);
        if (await CallAsync(add, cancellationToken).ConfigureAwait(false) is not { } accepted)
        {
            return;
        }

        var refusals = context.Subscriptions.Subscribed(connection.Generation, add.Channels, accepted);
        acknowledged.UnionWith(add.Channels.Where(accepted.Contains));
        await SubscriptionWorker.ReportAsync(context, connection, add, accepted, refusals,
            "The exchange left the channels out of its reply to a resynchronisation.").ConfigureAwait(false);
    }

    /// <summary>Makes a call, a few times if need be; null when the exchange will not have it.</summary>
    private async Task<IReadOnlySet<string>?> CallAsync(SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SubscriptionCalls.MakeAsync(context, connection, batch, cancellationToken).ConfigureAwait(false);
            }
            catch (DeribitConnectionException exception)
                when (exception.Fault == DeribitConnectionFault.RequestTimeout && attempt < Attempts)
            {
                context.Logger.SubscribeRetry(exception.Message, TimeSpan.Zero);
            }
            catch (DeribitConnectionException exception) when (exception.Fault == DeribitConnectionFault.RequestTimeout)
            {
                return null;
            }
            catch (DeribitRpcException exception) when (ErrorCodes.IsTransient(exception.Code) && attempt < Attempts)
            {
                context.Logger.SubscribeRetry(exception.Message, context.Options.SubscribeRetryBase);
                await Task.Delay(context.Options.SubscribeRetryBase, context.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (DeribitRpcException exception)
            {
                if (ErrorCodes.MeansUnreadableRequest(exception.Code))
                {
                    context.Logger.ChunkHalved(
                        batch.Method, exception.Code, batch.Channels.Count, size.ShrinkForGood(batch.Channels.Count));
                }
                else
                {
                    context.Logger.SubscribeRetry(exception.Message, TimeSpan.Zero);
                }

                return null;
            }
        }
    }
}
