using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

using MarketData.Cli.Up;
using MarketData.Coverage;
using MarketData.Events;
using MarketData.History;

namespace MarketData.Cli.Inspect;

/// <summary>The book of an instant for people, as a line and a ladder, and for machines, as one JSON object.</summary>
internal static class PastBookText
{
    public static void Write(TextWriter output, BookAt answer, int depth)
    {
        output.WriteLine($"{answer.Key} at {Format.Time(answer.AtUnixMs)}: {Said(answer)}");
        if (answer.Book is { } book)
            Ladder.Write(output, answer.Key, JsonOf(book), null, depth);
    }

    /// <summary>The answer as one JSON object, snake_case, times as ISO 8601; the book in it is an <c>orderbook</c> event.</summary>
    public static string ToJson(BookAt answer, int depth)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("key", answer.Key);
            json.WriteString("at", Format.Time(answer.AtUnixMs));
            json.WriteString("state", Word(answer.State));
            json.WriteString("proof", Word(answer.Proof));
            json.WriteString("statement", answer.Statement);
            json.WriteNumber("updates_applied", answer.UpdatesApplied);
            WriteSnapshot(json, answer.Snapshot);
            WriteHole(json, answer.Hole);
            json.WriteStartArray("incidents");
            foreach (var incident in answer.Incidents)
                WriteIncident(json, incident);
            json.WriteEndArray();
            json.WritePropertyName("book");
            if (answer.Book is { } book)
                json.WriteRawValue(JsonOf(Cut(book, depth)).Span);
            else
                json.WriteNullValue();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    // With the change and its time before the verdict, so that the line alone says what the book is.
    private static string Said(BookAt answer) => answer.Book is not { } book
        ? answer.Statement
        : string.Create(CultureInfo.InvariantCulture,
            $"change_id {book.ChangeId} of {Format.Time(book.ExchangeTimeUnixMs)}, {answer.UpdatesApplied} updates after a snapshot. {answer.Statement}");

    private static void WriteSnapshot(Utf8JsonWriter json, OrderBookEvent? snapshot)
    {
        if (snapshot is null)
        {
            json.WriteNull("snapshot");
            return;
        }

        json.WriteStartObject("snapshot");
        json.WriteNumber("change_id", snapshot.ChangeId);
        json.WriteNumber("timestamp", snapshot.ExchangeTimeUnixMs);
        json.WriteNumber("received_at", snapshot.ReceivedAtUnixNs);
        if (snapshot.VerifiedAtUnixNs is { } verified)
            json.WriteNumber("verified_at", verified);
        json.WriteEndObject();
    }

    private static void WriteHole(Utf8JsonWriter json, BookHole? hole)
    {
        if (hole is null)
        {
            json.WriteNull("hole");
            return;
        }

        json.WriteStartObject("hole");
        json.WriteNumber("from_id", hole.FromChangeId);
        json.WriteNumber("to_id", hole.ToChangeId);
        json.WriteString("from", Format.Time(hole.FromUnixMs));
        json.WriteString("to", Format.Time(hole.ToUnixMs));
        json.WriteEndObject();
    }

    private static void WriteIncident(Utf8JsonWriter json, CoverageIncident incident)
    {
        json.WriteStartObject();
        json.WriteString("cause", Word(incident.Cause));
        json.WriteString("end", Word(incident.End));
        json.WriteString("from", Format.Time(incident.FromUnixMs));
        json.WriteString("to", incident.ToUnixMs is { } to ? Format.Time(to) : null);
        json.WriteStartArray("details");
        foreach (var detail in incident.Details)
            json.WriteStringValue(detail);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static OrderBookEvent Cut(OrderBookEvent book, int depth) => book with
    {
        Bids = book.Bids[..Math.Min(depth, book.Bids.Length)],
        Asks = book.Asks[..Math.Min(depth, book.Asks.Length)],
    };

    private static ReadOnlyMemory<byte> JsonOf(OrderBookEvent book)
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventJson.Write(buffer, book);
        return buffer.WrittenMemory;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
