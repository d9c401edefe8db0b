using System.Text.Json;

namespace MarketData.Events;

/// <summary>
/// The members of one JSON object, read by name. The first one that is missing or of another type than the schema says is kept as
/// <see cref="Fault"/>; reading goes on, so that the reader of an event is one expression.
/// </summary>
internal sealed class EventMembers(JsonElement root)
{
    /// <summary>What is wrong, as a sentence; null when every member that was asked for is as it must be.</summary>
    public string? Fault { get; private set; }

    public string Text(string name) => OptionalText(name) ?? Missing(name, "");

    public string? OptionalText(string name)
    {
        if (Find(name) is not { } member) return null;
        try
        {
            if (member.ValueKind == JsonValueKind.String) return member.GetString();
        }
        catch (InvalidOperationException)
        {
            // Bytes or an escape that are no text.
        }

        return Wrong<string?>(name, member, "no text");
    }

    public long Whole(string name) => OptionalWhole(name) ?? Missing(name, 0L);

    public long? OptionalWhole(string name) =>
        Find(name) is not { } member ? null
        : member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var value) ? value
        : Wrong<long?>(name, member, "no whole number of 64 bits");

    public decimal Exact(string name) => OptionalExact(name) ?? Missing(name, 0m);

    public decimal? OptionalExact(string name) =>
        Find(name) is not { } member ? null
        : member.ValueKind == JsonValueKind.Number && ExactNumber.TryRead(member, out var value) ? value
        : Wrong<decimal?>(name, member, "no number that a decimal holds exactly");

    /// <summary>A figure that the exchange computes.</summary>
    public double? Figure(string name) =>
        Find(name) is not { } member ? null
        : member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var value) && double.IsFinite(value) ? value
        : Wrong<double?>(name, member, "no number");

    /// <summary>An object inside; null when it is missing or null.</summary>
    public T? Inner<T>(string name, Func<EventMembers, T> read)
        where T : class
    {
        if (Find(name) is not { } member) return null;
        return member.ValueKind == JsonValueKind.Object ? Read(member, read) : Wrong<T?>(name, member, "no object");
    }

    /// <summary>An array of objects; null when it is missing or null.</summary>
    public T[]? Array<T>(string name, Func<EventMembers, T> read)
    {
        if (Find(name) is not { } member) return null;
        if (member.ValueKind != JsonValueKind.Array) return Wrong<T[]?>(name, member, "no array");
        var items = new T[member.GetArrayLength()];
        var at = 0;
        foreach (var item in member.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object) return Wrong<T[]?>(name, item, "no object");
            items[at++] = Read(item, read);
        }

        return items;
    }

    /// <summary>Notes that a member has a value that the schema does not allow.</summary>
    public T Refuse<T>(string name, string value, T instead)
    {
        Fault ??= $"The value '{value}' of '{name}' is none that the schema has.";
        return instead;
    }

    /// <summary>Notes that a member is missing that the schema requires.</summary>
    public T Missing<T>(string name, T instead)
    {
        Fault ??= $"The member '{name}' is missing.";
        return instead;
    }

    private T Read<T>(JsonElement item, Func<EventMembers, T> read)
    {
        var members = new EventMembers(item);
        var value = read(members);
        Fault ??= members.Fault;
        return value;
    }

    private JsonElement? Find(string name)
    {
        try
        {
            return root.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
        }
        catch (InvalidOperationException)
        {
            // A search compares names and meets one whose escapes are no text: "\ud800".
            Fault ??= "The name of a member is no text.";
            return null;
        }
    }

    private T? Wrong<T>(string name, JsonElement member, string what)
    {
        const int Longest = 60;
        var text = member.GetRawText();
        Fault ??= $"The member '{name}' is {what}: {(text.Length > Longest ? text[..Longest] + ".." : text)}";
        return default;
    }
}
