using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>
/// Reads one side of a book into a list. Samples: <c>[["new",76871.5,3.0e6],["delete",76867.0,0.0]]</c> with actions,
/// <c>[[86775.8,0.216],[86773.4,0.0477]]</c> without. A level that the exchange wrote in its usual compact form is read by
/// <see cref="ReadCompact"/>, any other by the rules.
/// </summary>
internal static class LevelReader
{
    private const int NewLength = 7; // ["new",
    private const int LongLength = 10; // ["change", and ["delete",

    private static readonly ulong NewHead = Word("[\"new\",\0"u8);
    private static readonly ulong NewMask = Word([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0]);
    private static readonly ulong ChangeHead = Word("[\"change"u8);
    private static readonly ulong DeleteHead = Word("[\"delete"u8);

    /// <summary>Reads levels with actions; a delete gets the amount 0.</summary>
    /// <param name="scanner">At the array.</param>
    /// <param name="levels">Cleared and filled.</param>
    /// <param name="words">For words of actions that are not known.</param>
    /// <param name="book">Where such words are noted.</param>
    /// <exception cref="DeribitProtocolException">A level is malformed, its amount makes no sense, or there are too many.</exception>
    public static void ReadActions(ref Utf8Scanner scanner, LevelList levels, Utf8Words words, DeribitBook book)
    {
        levels.Clear();
        scanner.BeginArray();
        if (!scanner.HasElement()) return;
        while (!ReadCompact(ref scanner, levels))
        {
            ReadAction(ref scanner, levels, words, book);
            if (!scanner.HasNextElement()) return;
        }
    }

    /// <summary>Reads levels that are pairs of price and amount.</summary>
    /// <inheritdoc cref="ReadActions" path="/exception"/>
    public static void ReadPairs(ref Utf8Scanner scanner, LevelList levels)
    {
        levels.Clear();
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
        {
            scanner.BeginArray();
            decimal price = scanner.ReadDecimal("price");
            scanner.Expect((byte)',');
            decimal amount = scanner.ReadDecimal("amount");
            if (amount <= 0) ThrowAmount(ref scanner, price, amount);
            scanner.Expect((byte)']');
            if (!levels.TryAdd(price, amount)) ThrowTooMany(ref scanner);
        }
    }

    // Reads levels for as long as they are compact. True: the array has been closed. False: the next level needs the general reader.
    // Every position tested below is less than PaddedBuffer.Padding bytes behind the start of a level, which is never beyond the end of
    // the text, so all these reads stay inside the buffer.
    private static bool ReadCompact(ref Utf8Scanner scanner, LevelList levels)
    {
        ref byte origin = ref scanner.Origin;
        int position = scanner.Position;
        while (position <= scanner.Length)
        {
            ref byte level = ref Unsafe.Add(ref origin, position);
            ulong head = Unsafe.ReadUnaligned<ulong>(ref level);
            bool isDelete = head == DeleteHead;
            int offset = NewLength;
            if ((head & NewMask) != NewHead)
            {
                if (!isDelete && head != ChangeHead) break;
                if (Unsafe.Add(ref level, 8) != '"' || Unsafe.Add(ref level, 9) != ',') break;
                offset = LongLength;
            }

            int priceLength = CompactNumber.Read(ref Unsafe.Add(ref level, offset), out ulong price, out int priceScale);
            offset += priceLength;
            if (priceLength == 0 || Unsafe.Add(ref level, offset) != ',') break;
            offset++;
            int amountLength = CompactNumber.Read(ref Unsafe.Add(ref level, offset), out ulong amount, out int amountScale);
            offset += amountLength;
            if (amountLength == 0 || Unsafe.Add(ref level, offset) != ']' || (amount == 0) != isDelete) break;
            byte next = Unsafe.Add(ref level, offset + 1);
            if (next is not ((byte)',' or (byte)']')) break;
            if (!levels.TryAdd(Exact(price, priceScale), Exact(amount, amountScale))) ThrowTooMany(ref scanner);
            position += offset + 2;
            scanner.Position = position;
            if (next == ']') return true;
        }

        return false;
    }

    private static void ReadAction(ref Utf8Scanner scanner, LevelList levels, Utf8Words words, DeribitBook book)
    {
        scanner.BeginArray();
        ReadOnlySpan<byte> action = scanner.ReadWord();
        bool isDelete = action.SequenceEqual("delete"u8);
        bool isSet = action.SequenceEqual("new"u8) || action.SequenceEqual("change"u8);
        if (!isDelete && !isSet)
        {
            book.UnknownActions++;
            book.UnknownAction = words.Intern(ref scanner, action);
        }

        scanner.Expect((byte)',');
        decimal price = scanner.ReadDecimal("price");
        scanner.Expect((byte)',');
        decimal amount = scanner.ReadDecimal("amount");
        if (isDelete) amount = 0;
        else if (amount < 0 || (amount == 0 && isSet)) ThrowAmount(ref scanner, price, amount);
        scanner.Expect((byte)']');
        if (!levels.TryAdd(price, amount)) ThrowTooMany(ref scanner);
    }

    private static decimal Exact(ulong digits, int scale) => new((int)digits, (int)(digits >> 32), 0, false, (byte)scale);

    [DoesNotReturn]
    private static void ThrowTooMany(ref Utf8Scanner scanner) =>
        scanner.Throw($"One side of the book has more than the {LevelList.MaxLevels} levels that are accepted");

    [DoesNotReturn]
    private static void ThrowAmount(ref Utf8Scanner scanner, decimal price, decimal amount) => scanner.Throw(
        string.Create(CultureInfo.InvariantCulture, $"The level at {price} has the amount {amount}, which must be positive"));

    private static ulong Word(ReadOnlySpan<byte> bytes) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
}
