using System.Runtime.InteropServices;
using System.Text;

namespace MarketData.ClickHouse.Engine;

/// <summary>One connection to the engine; runs one statement at a time. Connections of one process share one data directory.</summary>
internal sealed unsafe class Connection : IDisposable
{
    private readonly nint* _connection;
    private readonly List<string> _changedSettings = [];

    public Connection(string directory)
    {
        var arguments = new[] { "clickhouse", "--path=" + directory }.Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        fixed (nint* first = arguments)
        {
            var vector = (nint)first;
            _connection = (nint*)SignalGuard.Around(() => (nint)LibChdb.Connect(arguments.Length, (byte**)vector));
        }
        foreach (var argument in arguments)
            Marshal.FreeCoTaskMem(argument);
        if (_connection is null)
            throw new InvalidOperationException($"The engine cannot open {directory}; another process may have it open.");
    }

    /// <summary>Makes the next statement run in a database and with settings; those of the statement before are undone.</summary>
    public void Prepare(string database, IReadOnlyCollection<KeyValuePair<string, string>> settings)
    {
        Run($"USE `{database}`", "Null");
        foreach (var name in _changedSettings)
            Run($"SET {name} = DEFAULT", "Null");
        _changedSettings.Clear();
        foreach (var (name, value) in settings)
        {
            Run($"SET {name} = '{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'", "Null");
            _changedSettings.Add(name);
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <exception cref="EngineException">The engine refused it.</exception>
    public byte[] Run(string statement, string format)
    {
        var (query, name) = (Encoding.UTF8.GetBytes(statement), Encoding.UTF8.GetBytes(format));
        nint result;
        fixed (byte* queryStart = query, nameStart = name)
            result = LibChdb.Query(*_connection, queryStart, (nuint)query.Length, nameStart, (nuint)name.Length);
        if (result == 0)
            throw new EngineException("Code: 1002. The engine gave no result.");
        try
        {
            if (LibChdb.Error(result) is var error and not null)
                throw new EngineException(Marshal.PtrToStringUTF8((nint)error)!);
            return new ReadOnlySpan<byte>(LibChdb.Buffer(result), checked((int)LibChdb.Length(result))).ToArray();
        }
        finally
        {
            LibChdb.Free(result);
        }
    }

    public void Dispose() => SignalGuard.Around(() =>
    {
        LibChdb.Close(_connection);
        return 0;
    });
}
