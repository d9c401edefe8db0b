namespace MarketData.Tests.Books;

/// <summary>
/// The law of the ledger: nothing is published for a book between an opening event and the one that closes it, and what was published goes
/// on without a hole unless an incident says so.
/// </summary>
internal static class LedgerCheck
{
    public static HashSet<string> Assert(IEnumerable<MarketDataEvent> events)
    {
        var open = new HashSet<string>();
        var last = new Dictionary<string, long>();
        foreach (var marketEvent in events)
        {
            switch (marketEvent)
            {
                case OrderBookEvent book:
                    Xunit.Assert.DoesNotContain(book.Key, open);
                    if (last.TryGetValue(book.Key, out var id)) Xunit.Assert.Equal(id, book.PreviousChangeId ?? book.ChangeId);
                    last[book.Key] = book.ChangeId;
                    break;
                case IntegrityEvent { Kind: IntegrityKind.Gap or IntegrityKind.Disconnected or IntegrityKind.Stale }:
                    Xunit.Assert.True(open.Add(marketEvent.Key), $"A second incident opened: {marketEvent}");
                    break;
                case IntegrityEvent { Kind: IntegrityKind.Quarantined }:
                    open.Add(marketEvent.Key);
                    break;
                case IntegrityEvent { Kind: IntegrityKind.Resynced }:
                    Xunit.Assert.True(open.Remove(marketEvent.Key), $"Nothing to close: {marketEvent}");
                    last.Remove(marketEvent.Key);
                    break;
            }
        }

        return open;
    }

    /// <summary>The whole story once more, by the law that every channel obeys.</summary>
    public static void AssertLaw(IEnumerable<MarketDataEvent> events) => Xunit.Assert.Empty(LedgerRules.LedgerLaw.Read(events).Violations);
}
