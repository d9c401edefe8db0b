using MarketData.Trades;

namespace MarketData.Tests.Trades;

/// <summary>One connection that carries every tape of a set.</summary>
internal static class TapeSetExtensions
{
    public static void Connected(this TradeTapeSet set, long epoch, List<MarketDataEvent> output)
    {
        foreach (var tape in set.Tapes) tape.Connected(epoch, output);
    }

    public static void Disconnected(this TradeTapeSet set, string reason, List<MarketDataEvent> output)
    {
        foreach (var tape in set.Tapes) tape.Disconnected(reason, output);
    }
}
