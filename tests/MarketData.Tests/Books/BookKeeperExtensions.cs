using MarketData.Books;

namespace MarketData.Tests.Books;

/// <summary>One connection that carries every book of a keeper.</summary>
internal static class BookKeeperExtensions
{
    public static void Connected(this BookKeeper keeper, long epoch, List<MarketDataEvent> output)
    {
        foreach (var book in keeper.Books) keeper.Connected(book, epoch, output);
    }

    public static void Disconnected(this BookKeeper keeper, string reason, List<MarketDataEvent> output)
    {
        foreach (var book in keeper.Books) keeper.Disconnected(book, reason, output);
    }
}
