using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <content>The envelope when it is not in its usual order, and what may follow the data.</content>
internal sealed partial class NotificationDecoder
{
    private const int MethodSeen = 0, ParamsSeen = 1, ChannelSeen = 2, DataSeen = 3, VersionSeen = 4;

    // 2b. Passes over the whole frame, remembers where the data starts, then decodes it.
    private DeribitMessage DecodeAnyOrder(ref Utf8Scanner scanner)
    {
        SeenMembers seen = default;
        int dataAt = 0;
        ChannelEntry? channel = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
            ReadTopMember(ref scanner, ref seen, ref dataAt, ref channel);
        scanner.ExpectEnd();
        seen.Require(ref scanner, MethodSeen, "method");
        seen.Require(ref scanner, ParamsSeen, "params");
        seen.Require(ref scanner, DataSeen, "data");
        if (channel is null) scanner.Throw("The required member 'channel' is missing");
        scanner.Position = dataAt;
        return DecodeData(ref scanner, channel);
    }

    // 5. After the data of a frame that began as usual: further members of the params (a label) and of the frame.
    private DeribitMessage DecodeRest(ref Utf8Scanner scanner, DeribitMessage message)
    {
        SeenMembers seen = default;
        seen.Add(ref scanner, MethodSeen, "method");
        seen.Add(ref scanner, ParamsSeen, "params");
        seen.Add(ref scanner, ChannelSeen, "channel");
        seen.Add(ref scanner, DataSeen, "data");
        seen.Add(ref scanner, VersionSeen, "jsonrpc");
        int dataAt = 0;
        ChannelEntry? channel = null;
        while (scanner.HasNextMember()) ReadParamsMember(ref scanner, ref seen, ref dataAt, ref channel);
        while (scanner.HasNextMember()) ReadTopMember(ref scanner, ref seen, ref dataAt, ref channel);
        scanner.ExpectEnd();
        return message;
    }

    private void ReadTopMember(ref Utf8Scanner scanner, ref SeenMembers seen, ref int dataAt, ref ChannelEntry? channel)
    {
        ReadOnlySpan<byte> name = scanner.ReadName();
        if (name.SequenceEqual("method"u8))
        {
            seen.Add(ref scanner, MethodSeen, "method");
            if (!scanner.ReadWord().SequenceEqual("subscription"u8)) scanner.Throw("The frame's method is not 'subscription'");
        }
        else if (name.SequenceEqual("params"u8))
        {
            seen.Add(ref scanner, ParamsSeen, "params");
            scanner.BeginObject();
            for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
                ReadParamsMember(ref scanner, ref seen, ref dataAt, ref channel);
        }
        else
        {
            if (name.SequenceEqual("jsonrpc"u8)) seen.Add(ref scanner, VersionSeen, "jsonrpc");
            scanner.SkipValue();
        }
    }

    private void ReadParamsMember(ref Utf8Scanner scanner, ref SeenMembers seen, ref int dataAt, ref ChannelEntry? channel)
    {
        ReadOnlySpan<byte> name = scanner.ReadName();
        if (name.SequenceEqual("channel"u8))
        {
            seen.Add(ref scanner, ChannelSeen, "channel");
            channel = ReadChannel(ref scanner);
        }
        else if (name.SequenceEqual("data"u8))
        {
            seen.Add(ref scanner, DataSeen, "data");
            dataAt = scanner.Position;
            scanner.SkipValue();
        }
        else
        {
            scanner.SkipValue();
        }
    }
}
