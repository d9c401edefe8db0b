using System.Text.Json;

namespace Deribit.Client.Protocol;

/// <summary>
/// [2] Tells what a frame is, reading no further than needed. Samples:
/// <code>
/// {"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.BTC-PERPETUAL.100ms","data":[..]}}
/// {"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}
/// {"jsonrpc":"2.0","id":7,"result":[..],"usIn":1,"usOut":2,"usDiff":1,"testnet":false}
/// </code>
/// The order of members is not stable on the wire, so the first sample's order is only a shortcut.
/// </summary>
internal static class FrameClassifier
{
    private static ReadOnlySpan<byte> UsualSubscription => "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\""u8;

    private static ReadOnlySpan<byte> UsualPlatformState =>
        "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"platform_state\""u8;

    /// <summary>Classifies one frame. Never throws.</summary>
    public static FrameKind Classify(ReadOnlySpan<byte> frame)
    {
        if (frame.StartsWith(UsualSubscription))
        {
            return FrameKind.Subscription;
        }

        try
        {
            return Walk(frame);
        }
        catch (JsonException)
        {
            return FrameKind.Invalid;
        }
        catch (InvalidOperationException)
        {
            // A string with invalid escapes or bytes.
            return FrameKind.Invalid;
        }
    }

    /// <summary>Whether a subscription frame says that the platform goes into maintenance: <c>"data":{"maintenance":true}</c>.</summary>
    public static bool AnnouncesMaintenance(ReadOnlySpan<byte> frame) => MaintenanceIs(frame, "true"u8);

    /// <summary>Whether a subscription frame says that the platform comes out of maintenance: <c>"data":{"maintenance":false}</c>.</summary>
    public static bool EndsMaintenance(ReadOnlySpan<byte> frame) => MaintenanceIs(frame, "false"u8);

    private static bool MaintenanceIs(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> value)
    {
        if (!frame.StartsWith(UsualPlatformState)
            && (frame.StartsWith(UsualSubscription) || frame.IndexOf("\"platform_state\""u8) < 0))
        {
            return false;
        }

        var at = frame.IndexOf("\"maintenance\""u8);
        return at >= 0 && frame[(at + 13)..].TrimStart(" \t:"u8).StartsWith(value);
    }

    private static FrameKind Walk(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return FrameKind.Invalid;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                return reader.TokenType != JsonTokenType.String ? FrameKind.Invalid
                    : reader.ValueTextEquals("subscription"u8) ? FrameKind.Subscription
                    : reader.ValueTextEquals("heartbeat"u8) ? HeartbeatKind(frame)
                    : FrameKind.Invalid;
            }

            if (reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8))
            {
                return FrameKind.Reply;
            }

            reader.Read();
            reader.Skip();
        }

        return FrameKind.Invalid;
    }

    private static FrameKind HeartbeatKind(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2 && reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("test_request"u8)
                    ? FrameKind.TestRequest
                    : FrameKind.Heartbeat;
            }
        }

        return FrameKind.Heartbeat;
    }
}
