namespace Deribit.Client.Json;

/// <summary>
/// A reused copy of one piece of JSON, followed by <see cref="Padding"/> zero bytes. The zeros stop every scan (no JSON text holds a zero
/// byte), so the scanner may load eight or sixteen bytes at any position of the text without asking where the end is.
/// </summary>
internal sealed class PaddedBuffer
{
    /// <summary>Zero bytes after the text: more than the longest unchecked read (one compact book level, 52 bytes).</summary>
    public const int Padding = 64;

    private byte[] _bytes = new byte[4096];

    /// <summary>Length of the text in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Text => _bytes.AsSpan(0, Length);

    /// <summary>The text and its padding.</summary>
    public ReadOnlySpan<byte> Padded => _bytes.AsSpan(0, Length + Padding);

    /// <summary>Where strings and names with escapes are written out; as long as the longest name that is kept.</summary>
    public byte[] Scratch { get; } = new byte[Utf8Scanner.MaxKeptBytes];

    /// <summary>One of its own for a text.</summary>
    public static PaddedBuffer Of(ReadOnlySpan<byte> text)
    {
        PaddedBuffer buffer = new();
        buffer.Set(text);
        return buffer;
    }

    /// <summary>Replaces the text. Grows to the largest text seen; the caller bounds that.</summary>
    /// <param name="text">The new text.</param>
    public void Set(ReadOnlySpan<byte> text)
    {
        if (_bytes.Length < text.Length + Padding)
            _bytes = new byte[Math.Max(text.Length + Padding, _bytes.Length * 2)];
        text.CopyTo(_bytes);
        _bytes.AsSpan(text.Length, Padding).Clear();
        Length = text.Length;
    }
}
