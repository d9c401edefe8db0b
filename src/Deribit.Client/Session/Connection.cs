using System.Diagnostics;
using System.Text.Json;
using Deribit.Client.Protocol;
using Deribit.Client.Transport;

namespace Deribit.Client.Session;

/// <summary>
/// One live connection, from its opening to its end. Comes in: calls to make, and reasons to end it. Goes out: replies. Owns: the socket,
/// the send queue and the pending requests. Runs on: its send loop and its read loop (<see cref="FrameReader"/>); calls come from any
/// thread.
/// </summary>
internal sealed class Connection : IDisposable
{
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<Drop> _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SendQueue _sends;
    private readonly long _openedAt;

    public Connection(SessionContext context, IDeribitSocket socket, long generation)
    {
        _context = context;
        Socket = socket;
        Generation = generation;
        Ending = _ending.Token;
        Pending = new PendingRequests(context.TimeProvider);
        Reader = new FrameReader(context, this);
        _sends = new SendQueue(socket, context.Options.RequestTimeout, context.TimeProvider);
        _openedAt = context.TimeProvider.GetTimestamp();
    }

    public IDeribitSocket Socket { get; }

    public long Generation { get; }

    public PendingRequests Pending { get; }

    public FrameReader Reader { get; }

    /// <summary>Whether the exchange accepted the credentials on this connection.</summary>
    public bool Authenticated { get; set; }

    /// <summary>Cancelled when the connection's tasks must end.</summary>
    public CancellationToken Ending { get; }

    /// <summary>Ends with the first reason to drop the connection.</summary>
    public Task<Drop> Dropped => _dropped.Task;

    /// <summary>How long it has been open.</summary>
    public TimeSpan Uptime => _context.TimeProvider.GetElapsedTime(_openedAt);

    /// <summary>Asks for the end; the first reason counts.</summary>
    public void Drop(Drop drop) => _dropped.TrySetResult(drop);

    /// <summary>Ends the connection's tasks.</summary>
    public void End() => _ending.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _ending.Dispose();

    /// <summary>Runs the send loop until the connection ends.</summary>
    public Task SendLoopAsync() => _sends.RunAsync(Ending);

    /// <summary>Answers a <c>test_request</c> ahead of every other message, without waiting.</summary>
    public bool AnswerHeartbeat() => _sends.TryEnqueue(RequestWriter.HeartbeatAnswer, urgent: true);

    /// <summary>Makes one call.</summary>
    /// <param name="method">The method.</param>
    /// <param name="writeParams">Writes the members of <c>params</c>; null for none.</param>
    /// <param name="cost">What it takes from the budget; 0 goes at once.</param>
    /// <param name="timeout">How long the reply may take.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DeribitRpcException">The exchange answered with an error.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or no reply came in time.</exception>
    public async Task<DeribitReply> CallAsync(
        string method, Action<Utf8JsonWriter>? writeParams, int cost, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (cost > 0)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Ending);
            try
            {
                await _context.Budget.TakeAsync(cost, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new DeribitConnectionException($"{method} was not sent: the connection was lost before its turn came.", exception);
            }
        }

        using var span = DeribitSpans.Source.StartActivity(method, ActivityKind.Client);
        span?.SetTag("rpc.system", "jsonrpc").SetTag("server.address", _context.Options.Endpoint.Host).SetTag("deribit.generation", Generation);
        var (begun, outcome) = (_context.TimeProvider.GetTimestamp(), "answered");
        try
        {
            var id = Pending.NextId();
            var message = RequestWriter.Write(id, method, writeParams);
            var request = Pending.Add(id, method, message.Length);
            if (!_sends.TryEnqueue(message))
            {
                request.Fail(new DeribitConnectionException($"{method} was not sent: too many messages wait to be sent."));
            }

            return await Pending.WaitAsync(request, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            outcome = exception is DeribitRpcException ? "refused" : "unanswered";
            DeribitSpans.Fail(span, exception);
            throw;
        }
        finally
        {
            _context.Metrics?.Called(method, outcome, _context.TimeProvider.GetElapsedTime(begun));
        }
    }
}
