using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Deribit.Client.Json;

/// <summary>
/// A bounded table keyed by UTF-8 bytes, looked up without making a string. Entries are never removed. The hash is seeded per table and a
/// look-up probes at most <see cref="MaxProbes"/> places, so hostile keys can cost neither time nor memory: they are only not remembered.
/// </summary>
/// <typeparam name="TValue">What is remembered for a key.</typeparam>
/// <param name="maxCount">The most entries that are remembered.</param>
internal sealed class Utf8Table<TValue>(int maxCount)
    where TValue : class
{
    private const int MaxProbes = 32;

    private readonly ulong _seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private Slot[] _slots = new Slot[64];

    /// <summary>Entries that are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>Finds the value of a key; null when it is not remembered.</summary>
    public TValue? Find(ReadOnlySpan<byte> key)
    {
        Slot[] slots = _slots;
        ulong hash = Hash(key);
        for (int probe = 0; probe < MaxProbes; probe++)
        {
            ref readonly Slot slot = ref slots[(int)((hash + (uint)probe) & (uint)(slots.Length - 1))];
            if (slot.Key is null) return null;
            if (slot.Hash == hash && key.SequenceEqual(slot.Key)) return slot.Value;
        }

        return null;
    }

    /// <summary>Remembers a value under a key that is not in the table, unless the table is full.</summary>
    public bool TryAdd(ReadOnlySpan<byte> key, TValue value)
    {
        if (Count >= maxCount) return false;
        if (Count * 2 >= _slots.Length) Grow();
        if (!TryPlace(_slots, new Slot(Hash(key), key.ToArray(), value))) return false;
        Count++;
        return true;
    }

    private void Grow()
    {
        Slot[] larger = new Slot[_slots.Length * 2];
        int placed = 0;
        foreach (Slot slot in _slots)
        {
            if (slot.Key is not null && TryPlace(larger, slot)) placed++;
        }

        Count = placed;
        _slots = larger;
    }

    private static bool TryPlace(Slot[] slots, Slot entry)
    {
        for (int probe = 0; probe < MaxProbes; probe++)
        {
            ref Slot slot = ref slots[(int)((entry.Hash + (uint)probe) & (uint)(slots.Length - 1))];
            if (slot.Key is not null) continue;
            slot = entry;
            return true;
        }

        return false;
    }

    private ulong Hash(ReadOnlySpan<byte> key)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ulong hash = _seed ^ ((ulong)key.Length * Multiplier);
        while (key.Length >= 8)
        {
            hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key)) * Multiplier, 29);
            key = key[8..];
        }

        ulong rest = 0;
        foreach (byte b in key) rest = (rest << 8) | b;
        hash = (hash ^ rest) * Multiplier;
        return hash ^ (hash >> 32);
    }

    private readonly record struct Slot(ulong Hash, byte[]? Key, TValue? Value);
}
