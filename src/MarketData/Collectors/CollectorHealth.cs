namespace MarketData.Collectors;

/// <summary>Says why a collector is not ready.</summary>
public static class CollectorHealth
{
    /// <summary>Reason codes in the form <c>code: sentence</c>; empty when the collector is ready. Safe to call from any thread.</summary>
    /// <param name="collector">The collector.</param>
    public static IReadOnlyList<string> Check(Collector collector)
    {
        ArgumentNullException.ThrowIfNull(collector);
        var reasons = new List<string>();
        if (collector.Phase != CollectorPhase.Running)
            reasons.Add($"collector_{collector.Phase.ToString().ToLowerInvariant()}: the collector is not running.");
        reasons.AddRange(collector.FollowerReasons);
        var exchange = collector.ExchangeStatus;
        if (!exchange.Connected)
            reasons.Add("exchange_disconnected: there is no connection to the exchange; it reconnects by itself.");
        reasons.AddRange(exchange.Reasons);
        if (exchange.Connected && exchange.ChannelsAcknowledged < exchange.ChannelsWanted)
        {
            reasons.Add($"channels_missing: the exchange acknowledged {exchange.ChannelsAcknowledged} of {exchange.ChannelsWanted} channels" +
                (exchange.ChannelsUnavailable.Count > 0 ? $" and keeps refusing {exchange.ChannelsUnavailable[0]}" : "") + ".");
        }

        reasons.AddRange(collector.Pipeline.Lanes.Select(lane => lane.Status.Complaint(lane.Name)).OfType<string>());
        return reasons;
    }

    /// <summary>
    /// What somebody should look at while the collector is ready all the same, as <c>code: sentence</c>: a pattern that matches nothing now, a
    /// record of the symbols topic that cannot be used, a connection that the exchange refuses. Safe to call from any thread.
    /// </summary>
    /// <param name="collector">The collector.</param>
    public static IReadOnlyList<string> Warnings(Collector collector)
    {
        ArgumentNullException.ThrowIfNull(collector);
        return [.. collector.FollowerWarnings, .. collector.ExchangeStatus.Warnings];
    }
}
