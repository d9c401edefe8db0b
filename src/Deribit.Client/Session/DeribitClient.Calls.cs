using System.Globalization;
using System.Text.Json;
using Deribit.Client.Session;

namespace Deribit.Client;

public sealed partial class DeribitClient
{
    /// <summary>Makes one call over the connection, waiting for one if need be.</summary>
    /// <param name="method">The method, for example <c>public/get_time</c>.</param>
    /// <param name="writeParams">
    /// Writes the members of the <c>params</c> object (not its braces); null for none. Leave optional ones out rather than writing null.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DeribitRpcException">The exchange answered with an error.</exception>
    /// <exception cref="DeribitConnectionException">
    /// There was no connection in time, it was lost, or no reply came within <see cref="DeribitClientOptions.RequestTimeout"/>.
    /// </exception>
    public Task<DeribitReply> CallAsync(string method, Action<Utf8JsonWriter>? writeParams, CancellationToken cancellationToken) =>
        CallAsync(method, writeParams, timeout: null, cancellationToken);

    /// <summary>Makes one call over the connection, waiting for one if need be.</summary>
    /// <param name="method">The method, for example <c>public/get_time</c>.</param>
    /// <param name="writeParams">Writes the members of the <c>params</c> object (not its braces); null for none.</param>
    /// <param name="timeout">How long the connection and the reply may take, each; null for the options' request timeout.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DeribitRpcException">The exchange answered with an error.</exception>
    /// <exception cref="DeribitConnectionException">There was no connection in time, it was lost, or no reply came in time.</exception>
    public async Task<DeribitReply> CallAsync(
        string method, Action<Utf8JsonWriter>? writeParams, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(method);
        var time = timeout ?? _context.Options.RequestTimeout;
        var connection = await ConnectionWithinAsync(method, time, cancellationToken).ConfigureAwait(false);
        return await connection.CallAsync(method, writeParams, DeribitCallBudget.CallCost, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Forces fresh snapshots of wanted channels: unsubscribes them, waits for the reply, subscribes them, waits for the reply. Works in
    /// batches and within the budget. Any thread.
    /// </summary>
    /// <param name="channels">Wanted channels, as given to <see cref="Subscribe"/> or as the data names them.</param>
    /// <param name="cancellationToken">Stops waiting; the channels stay wanted.</param>
    /// <returns>The channels that the exchange did not acknowledge; those still wanted are tried again in the background, once the task has
    /// ended.</returns>
    /// <exception cref="DeribitConnectionException">
    /// There is no connection, or it was lost meanwhile. The reconnect subscribes everything anew, so nothing is left to do.
    /// </exception>
    public Task<IReadOnlyList<string>> ResubscribeAsync(IReadOnlyList<string> channels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channels);
        // No task around it: it would end later, when the background goes on already.
        return _loop.Ready is { } connection
            ? new Resubscriber(_context, connection, _loop.ChunkSize).RunAsync(channels, cancellationToken)
            : Task.FromException<IReadOnlyList<string>>(new DeribitConnectionException(
                "There is no connection to resubscribe on; the next one subscribes everything anew."));
    }

    private async Task<Connection> ConnectionWithinAsync(string method, TimeSpan time, CancellationToken cancellationToken)
    {
        if (_loop.Ready is { } ready)
        {
            return ready;
        }

        using var timeout = new CancellationTokenSource(time, _context.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await _loop.WaitReadyAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeribitConnectionException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{method} was not sent: there was no connection within {time.TotalSeconds:0.###} s. ")
                + (_context.Status.Now.LastFault ?? "Is RunAsync running?"), exception);
        }
    }
}
