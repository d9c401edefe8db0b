using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace MarketData.Kafka;

/// <summary>The form of a dead letter: its headers, and how much of the value it keeps. Any thread.</summary>
internal sealed class DeadLetters(string source)
{
    /// <summary>
    /// The largest part of a refused message that its dead letter keeps: well below what any broker takes by default (1 MB).
    /// </summary>
    public const int ValueLimit = 256 * 1024;

    /// <summary>The longest reason in a header.</summary>
    private const int ReasonLimit = 1_000;

    private readonly byte[] _source = Encoding.UTF8.GetBytes(source);

    /// <summary>The headers that every message has.</summary>
    public Headers Base(ReadOnlySpan<byte> contentType, long epoch) => new()
    {
        { "content-type", contentType.ToArray() },
        { "source", _source },
        { "epoch", Encoding.UTF8.GetBytes(epoch.ToString(CultureInfo.InvariantCulture)) },
    };

    /// <summary>The headers of a dead letter.</summary>
    public Headers Headers(string reason, string channel, string instrument, long epoch)
    {
        var headers = Base("application/octet-stream"u8, epoch);
        headers.Add("reason", Encoding.UTF8.GetBytes(reason.Length > ReasonLimit ? reason[..ReasonLimit] : reason));
        headers.Add("channel", Encoding.UTF8.GetBytes(channel));
        headers.Add("instrument", Encoding.UTF8.GetBytes(instrument));
        return headers;
    }

    /// <summary>What is kept of a value. A dead letter too large for the broker would be lost: better its beginning, and how long it was.</summary>
    /// <param name="value">The value.</param>
    /// <param name="headers">Get <c>truncated_from</c>, in bytes, when something is left out.</param>
    /// <param name="most">How many bytes are kept.</param>
    public static byte[] Cut(ReadOnlyMemory<byte> value, Headers headers, int most = ValueLimit)
    {
        if (value.Length <= most)
            return value.ToArray();
        headers.Add("truncated_from", Encoding.UTF8.GetBytes(value.Length.ToString(CultureInfo.InvariantCulture)));
        return value[..most].ToArray();
    }
}
