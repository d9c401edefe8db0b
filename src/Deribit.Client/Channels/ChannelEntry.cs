using System.Text;
using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>What is remembered of one channel, so that a frame of a known channel makes no string.</summary>
/// <param name="channel">The parts of its name.</param>
internal sealed class ChannelEntry(DeribitChannel channel)
{
    private readonly byte[] _instrumentName = Encoding.UTF8.GetBytes(channel.InstrumentName ?? "");

    public string Name { get; } = channel.Name;

    public DeribitChannelKind Kind { get; } = channel.Kind;

    public string? InstrumentName { get; } = channel.InstrumentName;

    /// <summary>The instrument of a channel that is about one.</summary>
    public string RequiredInstrumentName { get; } = channel.InstrumentName ?? "";

    /// <summary>Takes the <c>instrument_name</c> of the data, which must be the channel's.</summary>
    /// <exception cref="DeribitProtocolException">The frame contradicts itself.</exception>
    public void CheckInstrumentName(ref Utf8Scanner scanner)
    {
        ReadOnlySpan<byte> name = scanner.ReadWord();
        if (!name.SequenceEqual(_instrumentName))
            scanner.Throw($"The data is about '{Utf8Scanner.Describe(name)}' but the channel is '{Name}'");
    }
}
