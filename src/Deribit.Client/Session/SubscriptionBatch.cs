namespace Deribit.Client.Session;

/// <summary>One call to make.</summary>
/// <param name="Method">For example <c>public/subscribe</c>.</param>
/// <param name="Channels">The channels as the exchange names them.</param>
internal sealed record SubscriptionBatch(string Method, IReadOnlyList<string> Channels)
{
    public const string Subscribe = "subscribe";
    public const string Unsubscribe = "unsubscribe";
    private const int EnvelopeBytes = 100;
    private const int QuotesAndComma = 3;

    /// <summary>Whether it subscribes; else it unsubscribes.</summary>
    public bool Subscribes { get; } = Method.EndsWith("/" + Subscribe, StringComparison.Ordinal);

    /// <summary>The subscribe call for the same channels.</summary>
    public SubscriptionBatch AsSubscribe() => new(Method[..(Method.IndexOf('/', StringComparison.Ordinal) + 1)] + Subscribe, Channels);

    /// <summary>Takes as many channels as one call may hold; null when there are none.</summary>
    /// <param name="wires">The channels, in the wire's words.</param>
    /// <param name="verb"><see cref="Subscribe"/> or <see cref="Unsubscribe"/>.</param>
    /// <param name="maxChannels">The most channels.</param>
    /// <param name="maxBytes">The most bytes of the request; a single channel always passes.</param>
    public static SubscriptionBatch? Take(IEnumerable<string> wires, string verb, int maxChannels, int maxBytes)
    {
        string? scope = null;
        var channels = new List<string>();
        var bytes = EnvelopeBytes;
        foreach (var wire in wires)
        {
            // A user channel needs a private call; one call holds channels of one scope.
            var its = wire.StartsWith("user.", StringComparison.Ordinal) ? "private" : "public";
            scope ??= its;
            if (its != scope)
            {
                continue;
            }

            bytes += wire.Length + QuotesAndComma;
            if (channels.Count > 0 && (channels.Count >= maxChannels || bytes > maxBytes))
            {
                break;
            }

            channels.Add(wire);
        }

        return channels.Count == 0 ? null : new SubscriptionBatch($"{scope}/{verb}", channels);
    }
}
