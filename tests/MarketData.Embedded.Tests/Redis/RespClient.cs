using System.Net;
using System.Net.Sockets;

namespace MarketData.Embedded.Tests.Redis;

/// <summary>
/// Speaks inline Redis commands over a plain socket, so that the server is tested without the client library of the product.
/// </summary>
internal sealed class RespClient : IDisposable
{
    private readonly TcpClient _tcp = new();
    private StreamReader? _reader;
    private StreamWriter? _writer;

    public async Task ConnectAsync(int port, CancellationToken cancellationToken)
    {
        await _tcp.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var stream = _tcp.GetStream();
        _reader = new StreamReader(stream);
        _writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
    }

    /// <summary>Sends words as an array of bulk strings and returns the reply's first line, or the bulk string's content.</summary>
    public async Task<string?> SendAsync(CancellationToken cancellationToken, params string[] words)
    {
        var command = $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"));
        await _writer!.WriteAsync(command.AsMemory(), cancellationToken);
        var line = await _reader!.ReadLineAsync(cancellationToken);
        if (line is null || line.Length == 0 || line[0] != '$')
            return line;
        return line == "$-1" ? null : await _reader.ReadLineAsync(cancellationToken);
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _tcp.Dispose();
    }
}
