using System.Text.Json;

namespace Deribit.Client.Tests.Session;

/// <summary>One request as the fake exchange received it.</summary>
internal sealed record FakeRequest(int Connection, long Id, string Method, JsonElement Params, int Bytes)
{
    public IReadOnlyList<string> Channels => Params.TryGetProperty("channels", out var channels)
        ? [.. channels.EnumerateArray().Select(channel => channel.GetString()!)]
        : [];
}
