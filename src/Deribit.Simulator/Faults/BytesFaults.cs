using System.Text;

namespace Deribit.Simulator.Faults;

/// <summary>Faults that need no look inside the JSON.</summary>
internal static class BytesFaults
{
    public static byte[]? Spoil(Fault fault, byte[] payload)
    {
        switch (fault.Kind)
        {
            case FaultKind.TruncateJson:
                return payload[..(payload.Length * 2 / 3)];
            case FaultKind.FlipBytes:
                // '{' becomes '[': never JSON again, whatever the content.
                return [.. payload.Select((value, index) => value == '{' && index > 0 ? (byte)(value ^ 0x20) : value)];
            case FaultKind.ByteOrderMark:
                return [0xEF, 0xBB, 0xBF, .. payload];
            case FaultKind.InvalidUtf8:
                var invalid = payload.ToArray();
                var name = payload.AsSpan().LastIndexOf("-"u8);
                invalid[name >= 0 ? name : invalid.Length / 2] = 0xFF;
                return invalid;
            case FaultKind.DeepNesting:
                var depth = fault.Size == 0 ? 10_000 : fault.Size;
                return AddField(payload, [.. Enumerable.Repeat((byte)'[', depth), .. Enumerable.Repeat((byte)']', depth)], "nested");
            case FaultKind.ExtraField:
                return AddField(payload, """{"since":"2099","values":[1,2.5e1,null]}"""u8, "field_of_the_future");
            default:
                return null;
        }
    }

    // Behind the opening brace of params, so that it is met before the data.
    private static byte[]? AddField(byte[] payload, ReadOnlySpan<byte> value, string name)
    {
        var start = payload.AsSpan().IndexOf("\"params\""u8);
        var brace = start < 0 ? -1 : payload.AsSpan(start).IndexOf((byte)'{');
        if (brace < 0)
        {
            return null;
        }

        var at = start + brace + 1;
        return [.. payload.AsSpan(0, at), .. Encoding.UTF8.GetBytes($"\"{name}\":"), .. value, (byte)',', .. payload.AsSpan(at)];
    }
}
