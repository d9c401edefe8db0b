using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Deribit.Client.Recording;

/// <summary>The session's own messages as the JSON of a <see cref="DeribitRecord"/>, both ways.</summary>
internal static class LifecycleJson
{
    /// <summary>Writes a message; null for one that is no message of the session.</summary>
    public static (DeribitRecordKind Kind, byte[] Payload)? Write(DeribitMessage message) => message switch
    {
        DeribitConnected connected => (DeribitRecordKind.Connected, Object(json =>
        {
            json.WriteBoolean("authenticated"u8, connected.Authenticated);
            json.WriteBoolean("raw_allowed"u8, connected.RawAllowed);
        })),
        DeribitDisconnected disconnected => (DeribitRecordKind.Disconnected, Object(json =>
        {
            json.WriteString("reason"u8, disconnected.Reason.ToString());
            json.WriteString("detail"u8, disconnected.Detail);
            if (disconnected.CloseCode is { } code)
            {
                json.WriteNumber("close_code"u8, code);
            }
        })),
        DeribitChannelsAcknowledged acknowledged => (DeribitRecordKind.Acknowledged, Object(json => Write(json, acknowledged.Channels))),
        DeribitChannelsEnded ended => (DeribitRecordKind.Ended, Object(json => Write(json, ended.Channels))),
        DeribitChannelsRefused refused => (DeribitRecordKind.Refused, Object(json =>
        {
            Write(json, refused.Channels);
            json.WriteNumber("attempts"u8, refused.Attempts);
            json.WriteBoolean("given_up"u8, refused.GivenUp);
            json.WriteString("detail"u8, refused.Detail);
        })),
        DeribitUnusableFrame unusable =>
            (DeribitRecordKind.Unusable, [.. Encoding.UTF8.GetBytes(unusable.Reason.ReplaceLineEndings(" ")), (byte)'\n', .. WithoutTokens(unusable.Raw.Span)]),
        _ => null,
    };

    /// <summary>Reads a record back; null for a kind that is no message of the session.</summary>
    /// <exception cref="DeribitProtocolException">The payload is not what its kind says.</exception>
    public static DeribitMessage? Read(in DeribitRecord record)
    {
        DeribitMessage? message;
        try
        {
            message = record.Kind == DeribitRecordKind.Unusable ? ReadUnusable(record.Payload) : ReadJson(record);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new DeribitProtocolException($"A record of the kind {record.Kind} could not be read: {exception.Message}", 0, exception);
        }

        if (message is not null)
        {
            (message.Generation, message.ReceivedAtUnixNs) = (record.Generation, record.ReceivedAtUnixNs);
        }

        return message;
    }

    private static DeribitMessage? ReadJson(in DeribitRecord record)
    {
        if (record.Kind is < DeribitRecordKind.Connected or > DeribitRecordKind.Refused)
        {
            return null;
        }

        using var document = JsonDocument.Parse(record.Payload);
        var json = document.RootElement;
        return record.Kind switch
        {
            DeribitRecordKind.Connected => new DeribitConnected
            {
                Authenticated = json.GetProperty("authenticated"u8).GetBoolean(), RawAllowed = json.GetProperty("raw_allowed"u8).GetBoolean(),
            },
            DeribitRecordKind.Disconnected => new DeribitDisconnected
            {
                Reason = Enum.TryParse<DeribitDisconnectReason>(json.GetProperty("reason"u8).GetString(), out var reason)
                    ? reason : DeribitDisconnectReason.Lost,
                Detail = Text(json, "detail"u8),
                CloseCode = json.TryGetProperty("close_code"u8, out var code) ? code.GetInt32() : null,
            },
            DeribitRecordKind.Acknowledged => new DeribitChannelsAcknowledged { Channels = Channels(json) },
            DeribitRecordKind.Ended => new DeribitChannelsEnded { Channels = Channels(json) },
            _ => new DeribitChannelsRefused
            {
                Channels = Channels(json),
                Attempts = json.GetProperty("attempts"u8).GetInt32(),
                GivenUp = json.GetProperty("given_up"u8).GetBoolean(),
                Detail = Text(json, "detail"u8),
            },
        };
    }

    // What cannot be read may be what is left of a reply to the login.
    private static ReadOnlySpan<byte> WithoutTokens(ReadOnlySpan<byte> raw) => raw.IndexOf("_token\""u8) < 0 ? raw : default;

    private static DeribitUnusableFrame ReadUnusable(ReadOnlyMemory<byte> payload)
    {
        var end = payload.Span.IndexOf((byte)'\n');
        return end < 0
            ? throw new FormatException("the line feed between the reason and the bytes is missing.")
            : new() { Reason = Encoding.UTF8.GetString(payload.Span[..end]), Raw = payload[(end + 1)..].ToArray() };
    }

    private static string Text(JsonElement json, ReadOnlySpan<byte> name) => json.GetProperty(name).GetString() ?? "";

    private static List<string> Channels(JsonElement json) =>
        [.. json.GetProperty("channels"u8).EnumerateArray().Select(channel => channel.GetString() ?? "")];

    private static void Write(Utf8JsonWriter json, IReadOnlyList<string> channels)
    {
        json.WriteStartArray("channels"u8);
        foreach (var channel in channels)
        {
            json.WriteStringValue(channel);
        }

        json.WriteEndArray();
    }

    private static byte[] Object(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
