using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>The members of a book's data.</summary>
internal enum BookMember
{
    Unknown,
    Type,
    Timestamp,
    ChangeId,
    PreviousChangeId,
    InstrumentName,
    Bids,
    Asks,
}

/// <summary>Recognises a book's members. Sample: <c>{"timestamp":1790133845258,"type":"change","change_id":193809650259,..</c>.</summary>
internal static class BookMembers
{
    private static readonly ulong TypeHead = Head("\"type\":\""u8);
    private static readonly ulong BidsHead = Head("\"bids\":["u8);
    private static readonly ulong AsksHead = Head("\"asks\":["u8);
    private static readonly ulong TimestampHead = Head("\"timesta"u8);
    private static readonly ulong ChangeHead = Head("\"change_"u8);
    private static readonly ulong PreviousHead = Head("\"prev_ch"u8);
    private static readonly ulong InstrumentHead = Head("\"instrum"u8);

    /// <summary>The name for faults.</summary>
    public static string Name(BookMember member) => member switch
    {
        BookMember.Type => "type",
        BookMember.Timestamp => "timestamp",
        BookMember.ChangeId => "change_id",
        BookMember.PreviousChangeId => "prev_change_id",
        BookMember.InstrumentName => "instrument_name",
        BookMember.Bids => "bids",
        BookMember.Asks => "asks",
        _ => "",
    };

    /// <summary>
    /// Takes a member's name and colon. The exchange writes them without white space or escapes, and their first eight bytes differ, so one
    /// load tells them apart; anything else is read by the rules.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BookMember Read(ref Utf8Scanner scanner)
    {
        ulong head = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref scanner.Origin, scanner.Position));
        if (head == BidsHead) return Take(ref scanner, 7, BookMember.Bids);
        if (head == AsksHead) return Take(ref scanner, 7, BookMember.Asks);
        if (head == TypeHead) return Take(ref scanner, 7, BookMember.Type);
        if (head == TimestampHead && scanner.IsAt("\"timestamp\":"u8)) return Take(ref scanner, 12, BookMember.Timestamp);
        if (head == ChangeHead && scanner.IsAt("\"change_id\":"u8)) return Take(ref scanner, 12, BookMember.ChangeId);
        if (head == PreviousHead && scanner.IsAt("\"prev_change_id\":"u8)) return Take(ref scanner, 17, BookMember.PreviousChangeId);
        if (head == InstrumentHead && scanner.IsAt("\"instrument_name\":"u8)) return Take(ref scanner, 18, BookMember.InstrumentName);
        return Recognise(scanner.ReadName());
    }

    private static BookMember Recognise(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("bids"u8)) return BookMember.Bids;
        if (name.SequenceEqual("asks"u8)) return BookMember.Asks;
        if (name.SequenceEqual("type"u8)) return BookMember.Type;
        if (name.SequenceEqual("timestamp"u8)) return BookMember.Timestamp;
        if (name.SequenceEqual("change_id"u8)) return BookMember.ChangeId;
        if (name.SequenceEqual("prev_change_id"u8)) return BookMember.PreviousChangeId;
        return name.SequenceEqual("instrument_name"u8) ? BookMember.InstrumentName : BookMember.Unknown;
    }

    private static BookMember Take(ref Utf8Scanner scanner, int length, BookMember member)
    {
        scanner.Position += length;
        return member;
    }

    private static ulong Head(ReadOnlySpan<byte> bytes) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
}
