using Deribit.Client.Recording;
using Microsoft.Extensions.Logging;

namespace Deribit.Client.Session;

/// <summary>What the parts of one client share; it outlives connections.</summary>
internal sealed class SessionContext
{
    public required DeribitClientOptions Options { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ILogger Logger { get; init; }

    public required MessageQueue Queue { get; init; }

    public required SessionTap Tap { get; init; }

    public required SubscriptionBook Subscriptions { get; init; }

    public required DeribitCallBudget Budget { get; init; }

    public required StatusBoard Status { get; init; }

    public required ReconnectPolicy Reconnect { get; init; }

    /// <summary>Null: nothing is measured.</summary>
    public required DeribitClientMetrics? Metrics { get; init; }

    /// <summary>A number from 0 to 1 for every wait that is spread; a replayed run brings its own.</summary>
    public required Func<double> Jitter { get; init; }
}
