using System.Diagnostics;

namespace MarketData.Telemetry;

/// <summary>
/// Our spans, of the source <c>MarketData</c>: <c>book.resync</c> from a fault to the snapshot that heals it, with <c>book.resubscribe</c> below
/// it; <c>trades.repair</c> from a hole's finding to its closing event, with <c>trades.fetch</c> below it; <c>archive.batch</c>. None for events.
/// They outlive the calls that begin them, so none of them is anybody's current span unless <see cref="Within"/> makes it so.
/// </summary>
public static class Spans
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "MarketData";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins a span; whoever began it ends it.</summary>
    /// <param name="name">The span's name.</param>
    /// <param name="parent">What it is a part of; default: it begins a trace.</param>
    /// <param name="links">What else it is done for; null: nothing.</param>
    /// <returns>Null while nobody listens.</returns>
    public static Activity? Begin(string name, ActivityContext parent = default, IEnumerable<ActivityLink>? links = null)
    {
        if (!s_source.HasListeners())
            return null;
        var current = Activity.Current;
        Activity.Current = null;
        var span = s_source.StartActivity(name, ActivityKind.Internal, parent, links: links);
        Activity.Current = current;
        return span;
    }

    /// <summary>Makes a call whose own spans become the span's children.</summary>
    /// <param name="span">The span; null: the call is made as it is.</param>
    /// <param name="call">The call; what it begins and does not await is a child, too.</param>
    public static T Within<T>(Activity? span, Func<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (span is null)
            return call();
        var current = Activity.Current;
        Activity.Current = span;
        try
        {
            return call();
        }
        finally
        {
            Activity.Current = current;
        }
    }
}
