using System.Buffers;
using System.Text;
using Confluent.Kafka;
using MarketData.Pipeline;

namespace MarketData.Kafka;

/// <summary>
/// Turns events into messages: topic by type, key, headers, value. Comes in: events, on the sender's task. Owns: the encoding buffer and
/// the
/// caches of keys and headers. Only <see cref="DeadLetterOf(PendingMessage, string)"/> and <see cref="ReportOf"/> may be called from
/// other threads.
/// </summary>
internal sealed class MessageFactory(KafkaTopics topics, string source, EventEncoder encoder)
{
    /// <summary>The header of a message that a broker may already hold.</summary>
    public const string ResentHeader = "resent";

    /// <summary>Instruments come and go; above this many keys the cache starts anew.</summary>
    private const int KeyCacheLimit = 100_000;

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);
    private readonly DeadLetters _letters = new(source);
    private Headers? _headers;
    private long _headersEpoch;
    private Headers? _resent;
    private Headers? _resentOf;

    /// <summary>The message of an event. What the encoder throws passes through.</summary>
    public PendingMessage Of(MarketDataEvent marketEvent)
    {
        _buffer.ResetWrittenCount();
        encoder(marketEvent, _buffer);
        return new PendingMessage
        {
            Event = marketEvent,
            KeyText = marketEvent.Key,
            Topic = TopicOf(marketEvent),
            Key = KeyOf(marketEvent.Key),
            Value = _buffer.WrittenSpan.ToArray(),
            Headers = HeadersOf(marketEvent.Epoch),
        };
    }

    /// <summary>The message of an event that could not be encoded: never sent, only reported.</summary>
    public PendingMessage Unencoded(MarketDataEvent marketEvent) => new()
    {
        Event = marketEvent,
        KeyText = marketEvent.Key,
        Topic = TopicOf(marketEvent),
        Key = KeyOf(marketEvent.Key),
        Value = [],
        Headers = HeadersOf(marketEvent.Epoch),
    };

    /// <summary>The dead letter of a frame that could not be used; null when the event carries none.</summary>
    public PendingMessage? DeadLetterOf(IntegrityEvent integrity)
    {
        if (integrity.Raw.IsEmpty)
            return null;
        var headers = _letters.Headers(integrity.Detail ?? "", integrity.Channel, integrity.InstrumentName, integrity.Epoch);
        return new PendingMessage
        {
            KeyText = integrity.Key,
            LetterOfUnixNs = integrity.ReceivedAtUnixNs,
            Topic = topics.DeadLetter,
            Key = KeyOf(integrity.Key),
            Value = DeadLetters.Cut(integrity.Raw, headers),
            Headers = headers,
        };
    }

    /// <summary>The dead letter of an event that Kafka refused.</summary>
    public PendingMessage DeadLetterOf(PendingMessage refused, string reason)
    {
        var facts = refused.Facts;
        var headers = _letters.Headers(reason, facts?.Channel ?? "", facts?.InstrumentName ?? refused.KeyText, facts?.Epoch ?? 0);
        headers.Add("topic", Encoding.UTF8.GetBytes(refused.Topic));
        return new PendingMessage
        {
            KeyText = refused.KeyText,
            LetterOfUnixNs = facts?.ReceivedAtUnixNs,
            Topic = topics.DeadLetter,
            Key = refused.Key,
            Value = DeadLetters.Cut(refused.Value, headers),
            Headers = headers,
        };
    }

    /// <summary>
    /// The integrity event that names what readers of the topic will miss; null for an integrity event, which would report itself.
    /// </summary>
    public static IntegrityEvent? ReportOf(PendingMessage refused, string reason) =>
        refused.Facts is not { Kind: not MessageKind.Integrity } facts ? null : new IntegrityEvent
        {
            Exchange = facts.Exchange,
            InstrumentName = facts.InstrumentName,
            Key = refused.KeyText,
            ExchangeTimeUnixMs = facts.ExchangeTimeUnixMs,
            ReceivedAtUnixNs = facts.ReceivedAtUnixNs,
            Epoch = facts.Epoch,
            Channel = facts.Channel,
            Kind = IntegrityKind.Rejected,
            FromId = facts.FromId,
            ToId = facts.ToId,
            Detail = $"Kafka refused the event: {reason}",
        };

    /// <summary>Marks a message that a broker may already hold.</summary>
    public void MarkResent(PendingMessage message)
    {
        if (_resent is null || !ReferenceEquals(_resentOf, message.Headers))
        {
            _resentOf = message.Headers;
            _resent = [.. message.Headers];
            _resent.Add(ResentHeader, "true"u8.ToArray());
        }
        message.Headers = _resent;
        message.MarkedResent = true;
    }

    private string TopicOf(MarketDataEvent marketEvent) => marketEvent switch
    {
        OrderBookEvent => topics.OrderBook,
        TradeEvent => topics.Trades,
        TickerEvent => topics.Ticker,
        // A kind of event that a later version adds is at least not lost.
        _ => marketEvent is IntegrityEvent ? topics.Integrity : topics.DeadLetter,
    };

    private byte[] KeyOf(string key)
    {
        if (_keys.TryGetValue(key, out var bytes))
            return bytes;
        if (_keys.Count >= KeyCacheLimit)
            _keys.Clear();
        return _keys[key] = Encoding.UTF8.GetBytes(key);
    }

    /// <summary>One object for all messages of an epoch; nobody changes it.</summary>
    private Headers HeadersOf(long epoch)
    {
        if (_headers is null || _headersEpoch != epoch)
        {
            _headersEpoch = epoch;
            _headers = _letters.Base("application/json"u8, epoch);
            _headers.Add("schema", "market-data/1"u8.ToArray());
        }
        return _headers;
    }
}
