namespace MarketData.Integration.Tests.Rigs;

/// <summary>Looks at the chain of a book's events.</summary>
internal static class Chains
{
    /// <summary>Every update continues the event before it, and snapshots of another state than the one before it are so many.</summary>
    public static void AssertUnbroken(IEnumerable<OrderBookEvent> events, int beginnings)
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

        Assert.Equal(beginnings, begun);
    }
}
