using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Deribit.Client.Protocol;

/// <summary>
/// A reply taken apart. Sample of an error without id, as the server sends it for a request that it could not read:
/// <code>{"jsonrpc":"2.0","error":{"code":11050,"data":"invalid json","message":"bad_request"},"usIn":1,"usOut":2,"usDiff":1}</code>
/// </summary>
internal readonly ref struct ReplyEnvelope
{
    /// <summary>The request's id; null when the reply has none or one that is not ours.</summary>
    public long? Id { get; private init; }

    /// <summary>Whether the reply carries an error.</summary>
    public bool IsError { get; private init; }

    /// <summary>The JSON of the result; empty for an error.</summary>
    public ReadOnlySpan<byte> Result { get; private init; }

    /// <summary>The error's code.</summary>
    public int Code { get; private init; }

    /// <summary>The error's message.</summary>
    public string Message { get; private init; }

    /// <summary>The error's further data as JSON text.</summary>
    public string? Data { get; private init; }

    /// <summary>The exchange's clock at the request, in microseconds.</summary>
    public long? UsIn { get; private init; }

    /// <summary>The exchange's clock at the reply, in microseconds.</summary>
    public long? UsOut { get; private init; }

    /// <summary>What the exchange needed, in microseconds.</summary>
    public long? UsDiff { get; private init; }

    /// <summary>Reads a reply; members may come in any order.</summary>
    /// <exception cref="DeribitProtocolException">The bytes are no reply.</exception>
    public static ReplyEnvelope Read(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        try
        {
            return Read(ref reader, frame);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new DeribitProtocolException(
                $"A reply could not be read: {exception.Message}", (int)reader.TokenStartIndex, exception);
        }
    }

    private static ReplyEnvelope Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> frame)
    {
        long? id = null, usIn = null, usOut = null, usDiff = null;
        ReadOnlySpan<byte> result = default;
        var hasResult = false;
        (int Code, string Message, string? Data)? error = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = ReadId(ref reader);
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                result = ReadRaw(ref reader, frame);
                hasResult = true;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                error = ReadError(ref reader, frame);
            }
            else if (reader.ValueTextEquals("usIn"u8))
            {
                usIn = ReadLong(ref reader);
            }
            else if (reader.ValueTextEquals("usOut"u8))
            {
                usOut = ReadLong(ref reader);
            }
            else if (reader.ValueTextEquals("usDiff"u8))
            {
                usDiff = ReadLong(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (!hasResult && error is null)
        {
            throw new DeribitProtocolException("A reply has neither a result nor an error.", (int)reader.TokenStartIndex);
        }

        return new ReplyEnvelope
        {
            Id = id,
            IsError = error is not null,
            Result = result,
            Code = error?.Code ?? 0,
            Message = Words.Printable(error?.Message) ?? "",
            Data = Words.Printable(error?.Data),
            UsIn = usIn,
            UsOut = usOut,
            UsDiff = usDiff,
        };
    }

    private static long? ReadId(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            return number;
        }

        // An id sent as a string comes back as one; ours are integers, so only digits can be ours.
        return reader.TokenType == JsonTokenType.String && Utf8Parser.TryParse(reader.ValueSpan, out long text, out var used)
            && used == reader.ValueSpan.Length
            ? text
            : null;
    }

    private static ReadOnlySpan<byte> ReadRaw(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> frame)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return frame[start..(int)reader.BytesConsumed];
    }

    private static long? ReadLong(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isNumber = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : (long?)null;
        reader.Skip();
        return isNumber;
    }

    private static (int Code, string Message, string? Data) ReadError(ref Utf8JsonReader reader, ReadOnlySpan<byte> frame)
    {
        var code = 0;
        var message = "";
        string? data = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return (code, Encoding.UTF8.GetString(frame[start..(int)reader.BytesConsumed]), null);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("code"u8))
            {
                reader.Read();
                code = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : 0;
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                message = reader.TokenType == JsonTokenType.String ? reader.GetString() ?? "" : "";
                reader.Skip();
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                data = Encoding.UTF8.GetString(ReadRaw(ref reader, frame));
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return (code, message, data);
    }
}
