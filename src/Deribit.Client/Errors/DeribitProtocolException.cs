namespace Deribit.Client;

/// <summary>The exchange sent bytes that break the protocol.</summary>
public sealed class DeribitProtocolException : DeribitException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">A full sentence: what was found, where, and what was expected.</param>
    /// <param name="byteOffset">Where in the frame, in bytes from its start; -1 when unknown.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public DeribitProtocolException(string message, int byteOffset = -1, Exception? innerException = null)
        : base(message, innerException) =>
        ByteOffset = byteOffset;

    /// <summary>Where in the frame, in bytes from its start; -1 when unknown.</summary>
    public int ByteOffset { get; }
}
