using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketData.Deribit.Recording;

/// <summary>
/// What a recorder collected from some moment on, and where, with the instruments' facts of then:
/// <code>{"exchange":"deribit","host":"www.deribit.com","reason":"","instruments":[{"exchange":"deribit","name":"BTC-PERPETUAL","kind":"future","tick_size":0.5,..}]}</code>
/// </summary>
/// <param name="Exchange">The exchange's name.</param>
/// <param name="Host">Which of its networks: host, and port if it is not the usual one; null when it is not known.</param>
/// <param name="Reason">Why those that are gone are gone, as a sentence.</param>
/// <param name="Instruments">The whole set.</param>
internal sealed record CollectedRecord(string Exchange, string? Host, string Reason, IReadOnlyList<Instrument> Instruments)
{
    /// <summary>The number of this kind of record; those of the client's own are smaller.</summary>
    public const byte Kind = 32;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);

    /// <summary>Reads one back; null when it is none.</summary>
    public static CollectedRecord? TryRead(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize<CollectedRecord>(payload, s_json) is { Exchange: not null, Instruments: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
