namespace Deribit.Client;

/// <summary>The reply to a call. Immutable; may be kept.</summary>
public sealed class DeribitReply
{
    /// <summary>The <c>result</c> member's JSON, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Result { get; init; }
}
