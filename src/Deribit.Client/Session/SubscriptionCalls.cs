using System.Text.Json;

namespace Deribit.Client.Session;

/// <summary>
/// Makes one subscribe or unsubscribe call and reads its reply: <c>"result":["book.BTC-PERPETUAL.100ms", ..]</c>, in any order.
/// </summary>
internal static class SubscriptionCalls
{
    /// <summary>Makes the call; returns the channels of the reply.</summary>
    /// <exception cref="DeribitRpcException">The exchange answered with an error.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or no reply came in time.</exception>
    public static async Task<IReadOnlySet<string>> MakeAsync(
        SessionContext context, Connection connection, SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        var reply = await connection.CallAsync(
            batch.Method, writer => WriteChannels(writer, batch.Channels), DeribitCallBudget.SubscribeCost,
            context.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        return ReadChannels(reply.Result.Span);
    }

    /// <summary>Reads a list of names; whatever else a server may put there is passed over.</summary>
    internal static IReadOnlySet<string> ReadChannels(ReadOnlySpan<byte> result)
    {
        var channels = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var reader = new Utf8JsonReader(result);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String && reader.GetString() is { } channel)
            {
                channels.Add(channel);
            }
        }

        return channels;
    }

    private static void WriteChannels(Utf8JsonWriter writer, IReadOnlyList<string> channels)
    {
        writer.WriteStartArray("channels"u8);
        foreach (var channel in channels)
        {
            writer.WriteStringValue(channel);
        }

        writer.WriteEndArray();
    }
}
