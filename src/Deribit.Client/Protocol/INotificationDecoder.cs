namespace Deribit.Client.Protocol;

/// <summary>
/// Turns one whole subscription frame (<c>{"jsonrpc":"2.0","method":"subscription","params":{"channel":..,"data":..}}</c>, members in any
/// order) into a message. Never throws: a frame that cannot be used becomes a <see cref="DeribitUnusableFrame"/>.
/// </summary>
internal interface INotificationDecoder
{
    /// <summary>Decodes one frame. The result is valid until the next call.</summary>
    /// <param name="frame">The frame's UTF-8 bytes.</param>
    /// <param name="receivedAtUnixNs">Our clock when the frame left the socket.</param>
    /// <param name="generation">The connection that delivered it.</param>
    DeribitMessage Decode(ReadOnlySpan<byte> frame, long receivedAtUnixNs, long generation);
}
