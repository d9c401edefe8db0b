using System.Buffers;
using System.Text.Json;

namespace Deribit.Client.Recording;

/// <summary>
/// The trades that were played so far, for whoever asks for past ones, as the exchange would tell them at that moment. Comes in: frames and
/// replies. Goes out: pages. Owns the newest trades of each instrument, in their recorded bytes; the reader's thread only.
/// </summary>
internal sealed class PlaybackTrades
{
    // Ten full pages: nobody asks further back about what is missing now.
    private const int MostPerInstrument = 10_000;

    private readonly Dictionary<string, SortedList<long, byte[]>> _tapes = new(StringComparer.Ordinal);

    /// <summary>Learns the trades of a recorded reply: <c>public/get_last_trades_by_instrument</c>, a line feed, the frame.</summary>
    public void LearnReply(ReadOnlySpan<byte> reply)
    {
        var end = reply.IndexOf((byte)'\n');
        if (end >= 0 && reply[..end].SequenceEqual("public/get_last_trades_by_instrument"u8))
        {
            Learn(reply[(end + 1)..]);
        }
    }

    /// <summary>The <c>result</c> of a request for past trades.</summary>
    /// <param name="request">The request as it would be sent.</param>
    public ReadOnlyMemory<byte> Page(ReadOnlyMemory<byte> request)
    {
        const int DefaultCount = 10;
        using var document = JsonDocument.Parse(request);
        var asked = document.RootElement.GetProperty("params"u8);
        var from = Integer(asked, "start_seq"u8) ?? long.MinValue;
        var to = Integer(asked, "end_seq"u8) ?? long.MaxValue;
        var count = (int)(Integer(asked, "count"u8) ?? DefaultCount);
        var isAscending = asked.TryGetProperty("sorting"u8, out var sorting) && sorting.ValueEquals("asc"u8);
        var tape = _tapes.GetValueOrDefault(asked.GetProperty("instrument_name"u8).GetString() ?? "") ?? [];
        var matching = tape.Where(trade => trade.Key >= from && trade.Key <= to).Select(trade => trade.Value);
        var page = (isAscending ? matching : matching.Reverse()).Take(count + 1).ToList();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("trades"u8);
            foreach (var trade in page.Take(count))
            {
                json.WriteRawValue(trade, skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more"u8, page.Count > count);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static long? Integer(JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : null;

    /// <summary>
    /// Learns the trades of a notification or a reply that has some: every object of a list that has an instrument and a trade number.
    /// </summary>
    public void Learn(ReadOnlySpan<byte> frame)
    {
        try
        {
            var reader = new Utf8JsonReader(frame);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.StartArray)
                {
                    continue;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    LearnOne(frame, ref reader);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a text that is none (half a surrogate pair). Its reader says so; there is nothing to learn from it.
        }
    }

    private void LearnOne(ReadOnlySpan<byte> frame, ref Utf8JsonReader reader)
    {
        var (start, depth) = ((int)reader.TokenStartIndex, reader.CurrentDepth);
        string? name = null;
        long? sequence = null;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != depth + 1)
            {
                continue;
            }

            if (reader.ValueTextEquals("instrument_name"u8))
            {
                reader.Read();
                name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
            else if (reader.ValueTextEquals("trade_seq"u8))
            {
                reader.Read();
                sequence = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
            }
        }

        if (name is null || sequence is not { } key)
        {
            return;
        }

        if (!_tapes.TryGetValue(name, out var tape))
        {
            _tapes.Add(name, tape = []);
        }

        tape[key] = frame[start..(int)reader.BytesConsumed].ToArray();
        if (tape.Count > MostPerInstrument)
        {
            tape.RemoveAt(0);
        }
    }
}
