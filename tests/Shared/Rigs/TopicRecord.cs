using System.Text.Json;

namespace TestRigs;

/// <summary>One record as the independent consumer read it.</summary>
internal sealed record TopicRecord(string Key, byte[] Value, IReadOnlyDictionary<string, string> Headers)
{
    private JsonElement? _json;

    /// <summary>The value as JSON.</summary>
    public JsonElement Json => _json ??= JsonDocument.Parse(Value).RootElement;

    public string Text(string member) => Json.GetProperty(member).GetString() ?? "";

    public long Number(string member) => Json.GetProperty(member).GetInt64();

    public bool IsNull(string member) => Json.GetProperty(member).ValueKind == JsonValueKind.Null;
}
