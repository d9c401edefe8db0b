using System.Buffers.Binary;
using System.Text;

namespace MarketData.Kafka.Replicas;

/// <summary>
/// Which partition a key falls in: the choice of the Java client and of librdkafka's <c>murmur2_random</c> for a message with a key
/// (Kafka's <c>Utils.murmur2</c>, its sign bit cleared, modulo the number of partitions).
/// </summary>
internal static class KeyPartitioner
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;
    private const int Shift = 24;
    private const int StackLimit = 256;

    /// <summary>The partition of a key.</summary>
    /// <param name="key">The key; its UTF-8 bytes count.</param>
    /// <param name="partitions">How many partitions the topic has, at least 1.</param>
    public static int Of(string key, int partitions)
    {
        var size = Encoding.UTF8.GetMaxByteCount(key.Length);
        Span<byte> bytes = size <= StackLimit ? stackalloc byte[StackLimit] : new byte[size];
        var written = Encoding.UTF8.GetBytes(key, bytes);
        return (int)(Hash(bytes[..written]) & 0x7fffffff) % partitions;
    }

    /// <summary>MurmurHash2 as Kafka uses it.</summary>
    internal static uint Hash(ReadOnlySpan<byte> data)
    {
        var hash = Seed ^ (uint)data.Length;
        while (data.Length >= sizeof(uint))
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
            word ^= word >> Shift;
            hash = (hash * Multiplier) ^ (word * Multiplier);
            data = data[sizeof(uint)..];
        }
        if (data.Length >= 3)
            hash ^= (uint)data[2] << 16;
        if (data.Length >= 2)
            hash ^= (uint)data[1] << 8;
        if (data.Length >= 1)
            hash = (hash ^ data[0]) * Multiplier;
        hash = (hash ^ (hash >> 13)) * Multiplier;
        return hash ^ (hash >> 15);
    }
}
