using System.Buffers;
using System.Text.Json;

namespace Deribit.Client.Protocol;

/// <summary>
/// Writes requests: <c>{"jsonrpc":"2.0","id":7,"method":"public/subscribe","params":{"channels":["book.BTC-PERPETUAL.100ms"]}}</c>.
/// Ids are integers, counted up from 1; 0 is kept for the answers to heartbeat tests, whose replies nobody waits for.
/// </summary>
internal static class RequestWriter
{
    /// <summary>The id of <see cref="HeartbeatAnswer"/>.</summary>
    public const long HeartbeatAnswerId = 0;

    /// <summary>The ready-made answer to a <c>test_request</c>.</summary>
    public static ReadOnlyMemory<byte> HeartbeatAnswer { get; } =
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"public/test\",\"params\":{}}"u8.ToArray();

    /// <summary>Writes one request.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="method">Its method.</param>
    /// <param name="writeParams">Writes the members of the <c>params</c> object; null for none.</param>
    public static ReadOnlyMemory<byte> Write(long id, string method, Action<Utf8JsonWriter>? writeParams)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteNumber("id"u8, id);
            writer.WriteString("method"u8, method);
            writer.WriteStartObject("params"u8);
            writeParams?.Invoke(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
