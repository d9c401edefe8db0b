using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Deribit.Client.Methods;

/// <summary>
/// Writes the parameters of a method as the query of an HTTP GET: <c>?instrument_name=BTC-PERPETUAL&amp;start_seq=7</c>. Texts stand without
/// quotes, lists as JSON. It owns nothing; any thread.
/// </summary>
internal static class HttpQuery
{
    /// <summary>The query with its question mark; empty without parameters.</summary>
    /// <param name="writeParams">Writes the members of the <c>params</c> object; null for none.</param>
    public static string Write(Action<Utf8JsonWriter>? writeParams)
    {
        if (writeParams is null) return "";
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writeParams(writer);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(json.WrittenMemory);
        var query = new StringBuilder();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            var value = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
            query.Append(query.Length == 0 ? '?' : '&');
            query.Append(Uri.EscapeDataString(member.Name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return query.ToString();
    }
}
