using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace MarketData.Kafka;

/// <summary>
/// One message as an entry of the spill log. Numbers little-endian; a text or block is its length (4 bytes) and its bytes:
/// <code>version(1) crc32c-of-the-rest(4) flags(1) order(8) number(8) topic key headers
/// [exchange instrument channel tradeId kind(1) time(8) received(8) epoch(8) from(8) to(8) completeUpTo(8)] value</code>
/// headers is a block of names and values; what is in brackets is there when the message counts as an event.
/// order is that of the lane in the run that wrote it; number counts the events that the log was ever given, with this one; version 1 has
/// none.
/// Flags: 1 counts as an event, 2 a broker may hold it, 4 measures lag, 8 has from, 16 has to. Owns its buffers; one thread.
/// </summary>
internal sealed class SpillRecord
{
    private const byte Version = 2;
    private const byte VersionWithoutNumber = 1;
    private const int ChecksumAt = 1;
    private const int ChecksumEnd = ChecksumAt + sizeof(uint);
    private readonly ArrayBufferWriter<byte> _output = new(4 * 1024);
    private readonly ArrayBufferWriter<byte> _block = new(512);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private Headers? _writtenHeaders;
    private byte[] _readBlock = [];
    private Headers _readHeaders = [];

    /// <summary>Writes a message; the result is good until the next call.</summary>
    public ReadOnlySpan<byte> Write(PendingMessage message)
    {
        _output.ResetWrittenCount();
        var facts = message.Facts;
        var flags = (facts is null ? 0 : 1) | (message.MayBeStored || message.Sent ? 2 : 0);
        if (facts is not null)
            flags |= (facts.MeasuresLag ? 4 : 0) | (facts.FromId is null ? 0 : 8) | (facts.ToId is null ? 0 : 16);
        Byte(_output, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(_output.GetSpan(sizeof(uint)), 0);
        _output.Advance(sizeof(uint));
        Byte(_output, (byte)flags);
        Number(_output, message.Order);
        Number(_output, message.Number);
        Text(_output, message.Topic);
        Text(_output, message.KeyText);
        Block(_output, HeaderBlock(message.Headers));
        if (facts is not null)
            Write(facts);
        Block(_output, message.Value);
        var entry = MemoryMarshal.AsMemory(_output.WrittenMemory).Span;
        BinaryPrimitives.WriteUInt32LittleEndian(entry[ChecksumAt..], Checksum(entry[ChecksumEnd..]));
        return entry;
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidDataException">The bytes are no message of this version.</exception>
    public PendingMessage Read(ReadOnlySpan<byte> entry)
    {
        var input = new SpillInput(entry);
        var version = input.Byte();
        if (version is not (Version or VersionWithoutNumber))
            throw new InvalidDataException($"The entry is of version {version}; this program reads up to version {Version}.");
        if ((uint)input.Short() != Checksum(entry[ChecksumEnd..]))
            throw new InvalidDataException("The entry is damaged: its checksum does not fit.");
        var flags = input.Byte();
        var order = input.Number();
        var number = version == VersionWithoutNumber ? 0 : input.Number();
        var topic = Known(input.Text());
        var key = input.Block();
        var headers = ReadHeaders(input.Block());
        return new PendingMessage
        {
            Order = order,
            Number = number,
            Topic = topic,
            KeyText = Known(Encoding.UTF8.GetString(key)),
            Key = key.ToArray(),
            Headers = headers,
            ReadFacts = (flags & 1) != 0 ? ReadFacts(ref input, flags) : null,
            Value = input.Block().ToArray(),
            MayBeStored = (flags & 2) != 0,
        };
    }

    private void Write(MessageFacts facts)
    {
        Text(_output, facts.Exchange);
        Text(_output, facts.InstrumentName);
        Text(_output, facts.Channel);
        Text(_output, facts.TradeId);
        Byte(_output, (byte)facts.Kind);
        Number(_output, facts.ExchangeTimeUnixMs);
        Number(_output, facts.ReceivedAtUnixNs);
        Number(_output, facts.Epoch);
        Number(_output, facts.FromId ?? 0);
        Number(_output, facts.ToId ?? 0);
        Number(_output, facts.CompleteUpTo);
    }

    private MessageFacts ReadFacts(ref SpillInput input, byte flags)
    {
        var exchange = Known(input.Text());
        var instrument = Known(input.Text());
        var channel = Known(input.Text());
        var tradeId = input.Text();
        var kind = (MessageKind)input.Byte();
        var facts = new MessageFacts(exchange, instrument, input.Number(), input.Number(), input.Number(), kind, channel);
        var (from, to, completeUpTo) = (input.Number(), input.Number(), input.Number());
        return facts with
        {
            TradeId = tradeId,
            CompleteUpTo = completeUpTo,
            MeasuresLag = (flags & 4) != 0,
            FromId = (flags & 8) != 0 ? from : null,
            ToId = (flags & 16) != 0 ? to : null,
        };
    }

    /// <summary>Messages share the headers of their epoch, so most blocks are written once.</summary>
    private ReadOnlySpan<byte> HeaderBlock(Headers headers)
    {
        if (ReferenceEquals(headers, _writtenHeaders))
            return _block.WrittenSpan;
        _block.ResetWrittenCount();
        foreach (var header in headers)
        {
            if (header.Key == MessageFactory.ResentHeader)
                continue;
            Text(_block, header.Key);
            Block(_block, header.GetValueBytes() ?? []);
        }
        _writtenHeaders = headers;
        return _block.WrittenSpan;
    }

    private Headers ReadHeaders(ReadOnlySpan<byte> block)
    {
        if (block.SequenceEqual(_readBlock))
            return _readHeaders;
        var headers = new Headers();
        var input = new SpillInput(block);
        while (!input.IsAtEnd)
            headers.Add(input.Text(), input.Block().ToArray());
        (_readBlock, _readHeaders) = (block.ToArray(), headers);
        return headers;
    }

    // FasterLog has checksums, too, but does not look at them in what it read back from a page in memory.
    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var last in bytes)
            crc = BitOperations.Crc32C(crc, last);
        return ~crc;
    }

    /// <summary>One object for each of the few topics, channels and instruments.</summary>
    private string Known(string text)
    {
        const int Limit = 100_000;
        if (_texts.TryGetValue(text, out var known))
            return known;
        if (_texts.Count >= Limit)
            _texts.Clear();
        return _texts[text] = text;
    }

    private static void Byte(ArrayBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    private static void Number(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    private static void Text(ArrayBufferWriter<byte> output, string text)
    {
        var span = output.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        output.Advance(sizeof(int) + length);
    }

    private static void Block(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> block)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), block.Length);
        output.Advance(sizeof(int));
        output.Write(block);
    }
}
