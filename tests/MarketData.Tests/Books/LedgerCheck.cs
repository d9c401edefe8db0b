namespace MarketData.Tests.Books;

/// <summary>The law of the ledger: nothing is published for a book between an opening event and the one that closes it.</summary>
internal static class LedgerCheck
{
    public static HashSet<string> Assert(IEnumerable<MarketDataEvent> events)
    {
        var open = new HashSet<string>();
        foreach (var marketEvent in events)
        {
            switch (marketEvent)
            {
                case OrderBookEvent:
                    Xunit.Assert.DoesNotContain(marketEvent.Key, open);
                    break;
                case IntegrityEvent { Kind: IntegrityKind.Gap or IntegrityKind.Disconnected or IntegrityKind.Stale }:
                    Xunit.Assert.True(open.Add(marketEvent.Key), $"A second incident opened: {marketEvent}");
                    break;
                case IntegrityEvent { Kind: IntegrityKind.Quarantined }:
                    open.Add(marketEvent.Key);
                    break;
                case IntegrityEvent { Kind: IntegrityKind.Resynced }:
                    Xunit.Assert.True(open.Remove(marketEvent.Key), $"Nothing to close: {marketEvent}");
                    break;
            }
        }

        return open;
    }
}
