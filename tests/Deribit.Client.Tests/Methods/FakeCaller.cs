using System.Text;
using System.Text.Json;

namespace Deribit.Client.Tests.Methods;

/// <summary>Answers every call with one result, and keeps what was asked.</summary>
internal sealed class FakeCaller(string result) : IDeribitCaller
{
    public string? Method { get; private set; }

    public string? Params { get; private set; }

    public Task<DeribitReply> CallAsync(string method, Action<Utf8JsonWriter>? writeParams, CancellationToken cancellationToken)
    {
        Method = method;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            writeParams?.Invoke(json);
            json.WriteEndObject();
        }

        Params = Encoding.UTF8.GetString(stream.ToArray());
        return Task.FromResult(new DeribitReply { Result = Encoding.UTF8.GetBytes(result) });
    }
}
