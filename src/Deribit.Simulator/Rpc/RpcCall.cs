using System.Globalization;
using System.Text.Json;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Sessions;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Rpc;

/// <summary>One call being answered.</summary>
internal sealed class RpcCall(Session? session, JsonElement parameters, ByteWriter result)
{
    /// <summary>Null over HTTP.</summary>
    public Session? Session => session;

    /// <summary>Where the handler writes its result, as JSON.</summary>
    public ByteWriter Result => result;

    /// <summary>Whether the history host is asked.</summary>
    public bool FromHistory { get; init; }

    public List<Subscription> Fresh { get; } = [];

    public JsonElement? Get(string name) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A string; a bare number or word counts too, since in a URL everything looks alike.</summary>
    public string? Text(string name) => Get(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>A whole number: absent gives null, anything else an error.</summary>
    public RpcError? TryInteger(string name, out long? value)
    {
        value = null;
        var element = Get(name);
        if (element is null or { ValueKind: JsonValueKind.Null })
        {
            return null;
        }

        if (element.Value.ValueKind == JsonValueKind.Number
            && decimal.TryParse(element.Value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue)
        {
            value = (long)number;
            return null;
        }

        return RpcError.InvalidParams("must be an integer", name);
    }
}
