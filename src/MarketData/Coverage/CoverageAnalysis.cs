namespace MarketData.Coverage;

/// <summary>
/// The room's main class: says whether streams were complete within an interval. Comes in: the ledger of one instrument (integrity events in
/// the order of the topic, of any number of collectors, duplicates included), its trades' numbers, and answers about life signs. Goes out: a
/// <see cref="CoverageReport"/>. Owns: nothing; any thread.
/// <para>
/// The rules, strongest first. Trade numbers without a hole prove the time that they span, whatever happened to connections. A hole in them,
/// or an incident of the ledger, is never complete. What a collector proved (first data, <c>resynced</c>, <c>verified</c>) is complete until
/// its next incident, its <c>closed</c>, or its last life sign. All else is incomplete where something was heard before and after and the
/// topic would still show it, and unknown where not.
/// </para>
/// </summary>
public static class CoverageAnalysis
{
    /// <summary>The channels of an instrument.</summary>
    public static IReadOnlyList<string> Channels { get; } = ["orderbook", "trade", "ticker"];

    /// <summary>Answers for all channels, or for some.</summary>
    /// <param name="key">The instrument's key.</param>
    /// <param name="fromUnixMs">The interval's first moment, in milliseconds since the Unix epoch.</param>
    /// <param name="toUnixMs">The interval's end (exclusive).</param>
    /// <param name="entries">The ledger of that key in the order of the topic, from as early as it is kept.</param>
    /// <param name="trades">The trades of that key in the order of their topic, from before the interval to the end.</param>
    /// <param name="lifeSign">
    /// The time of receipt (our clock, in milliseconds since the Unix epoch) of the event that was asked for; null when there is none.
    /// </param>
    /// <param name="channels">Which channels; null for all.</param>
    /// <param name="heldFrom">
    /// Since when a channel's topic holds everything that was received, in milliseconds since the Unix epoch; null where it still holds all
    /// that it ever got. Without this function, every topic does.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is empty.</exception>
    public static CoverageReport Analyse(
        string key,
        long fromUnixMs,
        long toUnixMs,
        IReadOnlyList<LedgerEntry> entries,
        IReadOnlyList<TradeMark> trades,
        Func<LifeSignQuestion, long?> lifeSign,
        IReadOnlyList<string>? channels = null,
        Func<string, long?>? heldFrom = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(trades);
        ArgumentNullException.ThrowIfNull(lifeSign);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(toUnixMs, fromUnixMs);
        var distinct = Distinct(entries.Where(entry => entry.Event.Key == key));
        return new CoverageReport(key, fromUnixMs, toUnixMs,
        [
            .. (channels ?? Channels).Select(channel => new ChannelStory(
                channel,
                fromUnixMs,
                toUnixMs,
                distinct.FindAll(entry => entry.Event.Channel == channel),
                channel == "trade" ? trades : [],
                lifeSign,
                heldFrom?.Invoke(channel) ?? long.MinValue).ToCoverage()),
        ]);
    }

    // At least once: an event may be there again, word for word, after a producer had to be rebuilt or a spill was sent.
    private static List<LedgerEntry> Distinct(IEnumerable<LedgerEntry> entries)
    {
        var seen = new HashSet<object>();
        return [.. entries.Where(entry => seen.Add((entry.Source, entry.Event with { Raw = default, ExchangeTimeUnixMs = 0 })))];
    }
}
