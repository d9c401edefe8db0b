using System.Text;
using System.Text.Json;
using System.Threading.Channels;

using Deribit.Client.Transport;

namespace MarketData.Deribit.Tests;

/// <summary>
/// An exchange in memory at the other end of one connection. Comes in: the client's requests. Goes out: what the script makes of each, in
/// order.
/// </summary>
internal sealed class ScriptedWire : IDeribitSocketFactory, IDeribitSocket
{
    private readonly Channel<byte[]> _inbox = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Takes a request's id, its method and its channels; returns the frames that answer it.</summary>
    public required Func<long, string, IReadOnlyList<string>, IEnumerable<string>> Script { get; init; }

    /// <summary>Sends one frame.</summary>
    public void Send(string text)
    {
        if (!_inbox.Writer.TryWrite(Encoding.UTF8.GetBytes(text)))
            throw new InvalidOperationException("The client does not read, or has gone.");
    }

    /// <inheritdoc/>
    public Task<IDeribitSocket> ConnectAsync(CancellationToken cancellationToken) => Task.FromResult<IDeribitSocket>(this);

    /// <inheritdoc/>
    public async ValueTask<SocketFrame> ReceiveAsync(CancellationToken cancellationToken) =>
        new(SocketFrameKind.Text, await _inbox.Reader.ReadAsync(cancellationToken), 1);

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        using var request = JsonDocument.Parse(message);
        var root = request.RootElement;
        IReadOnlyList<string> channels = root.TryGetProperty("params", out var members) && members.TryGetProperty("channels", out var names)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : [];
        foreach (var frame in Script(root.GetProperty("id").GetInt64(), root.GetProperty("method").GetString()!, channels))
            Send(frame);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SendCloseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Abort() => _inbox.Writer.TryComplete();

    /// <inheritdoc/>
    public void Dispose() => Abort();
}
