using System.Text;

namespace Deribit.Simulator.Channels;

/// <summary>One channel under the exact name that was subscribed. Touched only while the hub's gate is held.</summary>
internal sealed class Channel(string name, ChannelName parsed, object? subject)
{
    public string Name => name;

    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(name);

    public ChannelName Parsed => parsed;

    /// <summary>What the venue publishes here: an instrument of its own, or null.</summary>
    public object? Subject => subject;

    /// <summary>Everything of a notification that stands before the data.</summary>
    public byte[] Prefix { get; } =
        Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"" + name + "\",\"data\":");

    public List<Subscription> Subscribers { get; } = [];

    public bool IsHeld => Subscribers.Count > 0;

    /// <summary>How often a connection took it up.</summary>
    public int TimesSubscribed { get; set; }

    /// <summary>Notifications handed to connections, first ones included.</summary>
    public long FramesSent { get; set; }
}
