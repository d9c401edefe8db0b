using System.Buffers.Binary;
using System.Text;

namespace MarketData.Kafka;

/// <summary>Reads the parts of a <see cref="SpillRecord"/>. Every length is checked: bytes that are none of ours are a fault, no crash.</summary>
internal ref struct SpillInput(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public int Short() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long Number() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public ReadOnlySpan<byte> Block() => Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))));

    public string Text() => Encoding.UTF8.GetString(Block());

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > _rest.Length)
            throw new InvalidDataException($"The entry ends early: {length} bytes are wanted and {_rest.Length} are left.");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
