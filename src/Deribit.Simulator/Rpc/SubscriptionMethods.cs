using System.Text.Json;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Faults;

namespace Deribit.Simulator.Rpc;

/// <summary>
/// Subscribe and unsubscribe, as the exchange does them: the reply lists what was accepted in another order than asked, unknown
/// channels are missing without a word, a channel already held is acknowledged without a new snapshot, and one raw channel on a
/// connection without authentication fails the whole call. Called with the hub's gate held.
/// </summary>
internal sealed class SubscriptionMethods(Hub hub, Venue venue)
{
    public RpcError? Subscribe(RpcCall call)
    {
        if (Channels(call, out var names) is { } error)
        {
            return error;
        }

        var session = call.Session!;
        if (!session.IsAuthenticated && names.Any(name => ChannelName.Parse(name) is { IsRaw: true }))
        {
            return RpcError.RawNeedsAuthentication;
        }

        var accepted = new List<string>();
        foreach (var name in names)
        {
            if (session.Subscriptions.ContainsKey(name))
            {
                accepted.Add(name);
            }
            else if (venue.Find(name) is { } channel && hub.Faults.Take(session.Id, "", name, FaultKind.OmitChannel) is null)
            {
                call.Fresh.Add(Hub.Attach(session, channel));
                accepted.Add(name);
            }
        }

        WriteShuffled(call, names, accepted);
        venue.OnSubscribed();
        return null;
    }

    public RpcError? Unsubscribe(RpcCall call)
    {
        if (Channels(call, out var names) is { } error)
        {
            return error;
        }

        var removed = new List<string>();
        foreach (var name in names)
        {
            if (call.Session!.Subscriptions.Remove(name, out var subscription))
            {
                hub.Detach(subscription);
                removed.Add(name);
            }
        }

        WriteShuffled(call, names, removed);
        return null;
    }

    public RpcError? UnsubscribeAll(RpcCall call)
    {
        var session = call.Session!;
        foreach (var subscription in session.Subscriptions.Values)
        {
            hub.Detach(subscription);
        }

        session.Subscriptions.Clear();
        call.Result.Raw("\"ok\""u8);
        return null;
    }

    private static RpcError? Channels(RpcCall call, out List<string> names)
    {
        names = [];
        if (call.Get("channels") is not { ValueKind: JsonValueKind.Array } channels)
        {
            return RpcError.InvalidParams("must be an array", "channels");
        }

        foreach (var channel in channels.EnumerateArray())
        {
            if (channel.ValueKind != JsonValueKind.String)
            {
                return RpcError.InvalidParams("must be an array of strings", "channels");
            }

            if (!names.Contains(channel.GetString()!))
            {
                names.Add(channel.GetString()!);
            }
        }

        return null;
    }

    // Recorded replies list the names in descending order; whoever asks in that order gets them ascending.
    private static void WriteShuffled(RpcCall call, List<string> asked, List<string> names)
    {
        var sorted = names.OrderDescending(StringComparer.Ordinal).ToList();
        if (sorted.SequenceEqual(asked))
        {
            sorted.Reverse();
        }

        call.Result.Byte((byte)'[');
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i > 0)
            {
                call.Result.Byte((byte)',');
            }

            call.Result.Quoted(sorted[i]);
        }

        call.Result.Byte((byte)']');
    }
}
