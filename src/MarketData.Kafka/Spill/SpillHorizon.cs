using System.Buffers.Binary;

namespace MarketData.Kafka;

/// <summary>
/// How far this log may have been sent: written, a stretch ahead, before anything behind it is. After a kill, what lies before it may be a
/// duplicate, and what lies behind it is none. One file of 8 bytes that never grows.
/// </summary>
internal sealed class SpillHorizon : IDisposable
{
    /// <summary>How far ahead it is written: the most that is marked in vain.</summary>
    public const long Stretch = 16L << 20;

    private readonly FileStream _file;

    public SpillHorizon(string directory)
    {
        _file = new FileStream(
            Path.Combine(directory, "sent"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var bytes = new byte[sizeof(long)];
        Address = RandomAccess.Read(_file.SafeFileHandle, bytes, 0) == bytes.Length ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;
        if (Address == 0)
            Write(0);
    }

    /// <summary>Nothing at or behind this address has been sent.</summary>
    public long Address { get; private set; }

    /// <summary>Moves the horizon if needed, before what ends at the address is sent.</summary>
    /// <param name="address">The end of what is about to be sent.</param>
    /// <param name="stretch">How far ahead to move it, so that it need not be moved for every message.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Pass(long address, long stretch)
    {
        if (address > Address)
            Write(address + stretch);
    }

    public void Dispose() => _file.Dispose();

    private void Write(long address)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, address);
        RandomAccess.Write(_file.SafeFileHandle, bytes, 0);
        _file.Flush(flushToDisk: true);
        Address = address;
    }
}
