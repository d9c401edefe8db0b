using System.Threading.Channels;

namespace MarketData.ClickHouse.Engine;

/// <summary>Connections, all opened at the start; whoever finds none waits.</summary>
internal sealed class ConnectionPool : IDisposable
{
    private const int Size = 4;
    private readonly Channel<Connection> _free = Channel.CreateBounded<Connection>(Size);

    public ConnectionPool(string directory)
    {
        for (var i = 0; i < Size; i++)
            _free.Writer.TryWrite(new Connection(directory));
    }

    /// <summary>Runs something on a connection, on a thread of the pool.</summary>
    public async Task<T> UseAsync<T>(Func<Connection, T> use, CancellationToken cancellationToken)
    {
        var connection = await _free.Reader.ReadAsync(cancellationToken);
        try
        {
            return await Task.Run(() => use(connection), CancellationToken.None);
        }
        finally
        {
            _free.Writer.TryWrite(connection);
        }
    }

    public void Dispose()
    {
        while (_free.Reader.TryRead(out var connection))
            connection.Dispose();
    }
}
