namespace Deribit.Client.Session;

/// <summary>Where callers wait for a connection whose session is set.</summary>
internal sealed class ReadyGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<Connection> _next = New();
    private Connection? _current;
    private bool _closed;

    /// <summary>The connection; null when there is none.</summary>
    public Connection? Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>Waits for one.</summary>
    /// <exception cref="DeribitConnectionException">The client was stopped.</exception>
    public Task<Connection> WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _current is { } current ? Task.FromResult(current) : _next.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A connection is set.</summary>
    public void Set(Connection connection)
    {
        TaskCompletionSource<Connection> next;
        lock (_lock)
        {
            _current = connection;
            next = _next;
            _next = New();
        }

        next.TrySetResult(connection);
    }

    /// <summary>The connection is gone.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _current = null;
        }
    }

    /// <summary>No connection will come any more.</summary>
    public void Close()
    {
        TaskCompletionSource<Connection> next;
        lock (_lock)
        {
            _current = null;
            next = _next;
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        next.TrySetException(new DeribitConnectionException("The client was stopped."));
        _ = next.Task.Exception;
    }

    private static TaskCompletionSource<Connection> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
