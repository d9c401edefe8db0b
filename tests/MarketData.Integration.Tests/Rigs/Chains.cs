namespace MarketData.Integration.Tests.Rigs;

/// <summary>Looks at the chain of a book's events.</summary>
internal static class Chains
{
    /// <summary>Every update continues the event before it, and snapshots of another state than the one before it are so many.</summary>
    public static void AssertUnbroken(IEnumerable<OrderBookEvent> events, int beginnings) => Assert.Equal(beginnings, CountBeginnings(events));

    /// <summary>Every update continues the event before it; how many snapshots are of another state than the one before.</summary>
    public static int CountBeginnings(IEnumerable<OrderBookEvent> events)
    {
        long? last = null;
        var begun = 0;
        foreach (var one in events)
        {
            if (one.Action == BookAction.Update)
                Assert.Equal(last, one.PreviousChangeId);
            else if (one.ChangeId != last)
                begun++;
            last = one.ChangeId;
        }

        return begun;
    }
}
