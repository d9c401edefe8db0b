using Deribit.Client.Protocol;

namespace Deribit.Client.Session;

/// <summary>Makes the decoder of the public constructor.</summary>
internal static class DecoderFactory
{
    public static INotificationDecoder Create() =>
        throw new NotSupportedException("The decoders are not linked in yet: return the channels room's NotificationDecoder here.");
}
