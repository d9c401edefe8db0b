using System.Globalization;

namespace Deribit.Client.Protocol;

/// <summary>
/// [2] The requests of one connection that wait for a reply. Comes in: requests sent and reply frames, in any order. Goes out: each reply
/// to its waiter. Owns: the table of ids. Runs on: callers' threads (<see cref="Add"/>, <see cref="WaitAsync"/>) and the connection's read
/// loop (<see cref="Complete"/>); the table is locked, nothing is called under the lock.
/// </summary>
internal sealed class PendingRequests(TimeProvider timeProvider)
{
    /// <summary>More unanswered requests than this means that the peer does not answer at all.</summary>
    private const int MaxPending = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, PendingRequest> _byId = [];
    private long _lastId;
    private DeribitConnectionException? _lost;

    /// <summary>Takes the next id.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Enters a request before it is sent.</summary>
    /// <exception cref="DeribitConnectionException">The connection is lost, or far too many requests are unanswered.</exception>
    public PendingRequest Add(long id, string method, int bytes)
    {
        var request = new PendingRequest(id, method, bytes);
        lock (_lock)
        {
            if (_lost is { } lost)
            {
                throw new DeribitConnectionException(lost.Message, lost, lost.Fault);
            }

            if (_byId.Count >= MaxPending)
            {
                throw new DeribitConnectionException(
                    $"{method} was not sent because {MaxPending} requests are already unanswered: make fewer calls at a time.");
            }

            _byId.Add(id, request);
        }

        return request;
    }

    /// <summary>Waits for the reply.</summary>
    /// <exception cref="DeribitRpcException">The exchange answered with an error.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or no reply came in time.</exception>
    public async Task<DeribitReply> WaitAsync(PendingRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await request.Reply.WaitAsync(timeout, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new DeribitConnectionException(
                string.Create(CultureInfo.InvariantCulture,
                    $"No reply to {request.Method} (id {request.Id}) came within {timeout.TotalSeconds:0.###} s."),
                exception, DeribitConnectionFault.RequestTimeout);
        }
        finally
        {
            lock (_lock)
            {
                _byId.Remove(request.Id);
            }
        }
    }

    /// <summary>Hands a reply to its waiter.</summary>
    /// <returns>The request it answers; null when none waits for it.</returns>
    public PendingRequest? Complete(in ReplyEnvelope reply, long receivedAtUnixNs)
    {
        var request = Find(reply);
        if (request is null)
        {
            return null;
        }

        if (reply.IsError)
        {
            request.Fail(new DeribitRpcException(request.Method, reply.Code, reply.Message, reply.Data));
        }
        else
        {
            request.Succeed(new DeribitReply
            {
                Result = reply.Result.ToArray(),
                ReceivedAtUnixNs = receivedAtUnixNs,
                UsIn = reply.UsIn,
                UsOut = reply.UsOut,
                UsDiff = reply.UsDiff,
            });
        }

        return request;
    }

    /// <summary>Names the requests in flight, for the log.</summary>
    public string Describe()
    {
        lock (_lock)
        {
            return _byId.Count == 0
                ? "no request"
                : string.Join(", ", _byId.Values.Take(10).Select(request => $"{request.Method} (id {request.Id}, {request.Bytes} bytes)"));
        }
    }

    /// <summary>Ends every wait, and every later one: the connection is lost.</summary>
    public void FailAll(DeribitConnectionException exception)
    {
        List<PendingRequest> all;
        lock (_lock)
        {
            _lost = exception;
            all = [.. _byId.Values];
            _byId.Clear();
        }

        foreach (var request in all)
        {
            request.Fail(new DeribitConnectionException(
                $"{request.Method} (id {request.Id}) was not answered: {exception.Message}", exception, exception.Fault));
        }
    }

    private PendingRequest? Find(in ReplyEnvelope reply)
    {
        lock (_lock)
        {
            if (reply.Id is { } id)
            {
                return _byId.GetValueOrDefault(id);
            }

            // The server could not read some request and so cannot name it. The longest one in flight is the likeliest: what it cannot
            // read in practice is what is too long. A wrong guess costs one retry; the true culprit runs into its timeout.
            return reply.IsError && ErrorCodes.MeansUnreadableRequest(reply.Code)
                ? _byId.Values.MaxBy(request => request.Bytes)
                : null;
        }
    }
}
