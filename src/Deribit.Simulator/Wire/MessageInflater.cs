using System.IO.Compression;

namespace Deribit.Simulator.Wire;

/// <summary>Undoes the compression of one client message, which refers to no earlier one (RFC 7692, section 7.2.2).</summary>
internal static class MessageInflater
{
    /// <summary>The message.</summary>
    /// <param name="deflated">The joined payloads of its frames.</param>
    /// <param name="target">Takes the message.</param>
    /// <param name="tooLarge">Whether the target was too small; it is full then.</param>
    /// <returns>Its length; null when the bytes are no compressed message.</returns>
    public static int? Inflate(ReadOnlySpan<byte> deflated, Span<byte> target, out bool tooLarge)
    {
        using var source = new MemoryStream([.. deflated, 0, 0, 0xFF, 0xFF]);
        using var stream = new DeflateStream(source, CompressionMode.Decompress);
        tooLarge = false;
        try
        {
            var length = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            tooLarge = length == target.Length && stream.ReadByte() >= 0;
            return length;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
