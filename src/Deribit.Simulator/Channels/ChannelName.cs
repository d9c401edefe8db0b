using System.Globalization;

namespace Deribit.Simulator.Channels;

/// <summary>A channel name taken apart. <see cref="Interval"/> is empty where the family has none.</summary>
internal readonly record struct ChannelName(
    ChannelFamily Family, string Instrument, string Kind, string Currency, string Group, int Depth, string Interval)
{
    private static readonly string[] Kinds = ["future", "option", "spot", "future_combo", "option_combo", "any", "combo"];

    public bool IsRaw => Interval == "raw";

    /// <summary>Null when the name breaks the grammar of its family (wrong interval, impossible depth).</summary>
    public static ChannelName? Parse(string channel)
    {
        var parts = channel.Split('.');
        switch (parts)
        {
            case ["book", var name, var interval]:
                return IsInterval(interval) ? Of(ChannelFamily.Book, name, interval) : null;
            case ["book", var name, var group, var depth, var interval]:
                return interval is "100ms" or "agg2" && IsGroup(name, group) && depth is "1" or "10" or "20"
                    ? Of(ChannelFamily.GroupedBook, name, interval) with
                    {
                        Group = group,
                        Depth = int.Parse(depth, CultureInfo.InvariantCulture),
                    }
                    : null;
            case ["ticker", var name, var interval]:
                return IsInterval(interval) ? Of(ChannelFamily.Ticker, name, interval) : null;
            case ["trades", var name, var interval]:
                return IsInterval(interval) ? Of(ChannelFamily.Trades, name, interval) : null;
            case ["trades", var kind, var currency, var interval]:
                return IsInterval(interval) && Kinds.Contains(kind)
                    ? Of(ChannelFamily.TradesByKind, "", interval) with { Kind = kind, Currency = currency }
                    : null;
            case ["instrument", "state", var kind, var currency] when Kinds.Contains(kind):
                return Of(ChannelFamily.InstrumentState, "", "") with { Kind = kind, Currency = currency };
            case ["instrument", "creation", var kind, var currency] when Kinds.Contains(kind):
                return Of(ChannelFamily.InstrumentCreation, "", "") with { Kind = kind, Currency = currency };
            case ["platform_state"]:
                return Of(ChannelFamily.PlatformState, "", "");
            case ["platform_state", "public_methods_state"]:
                return Of(ChannelFamily.PublicMethodsState, "", "");
            default:
                return Of(ChannelFamily.Other, channel, IsInterval(parts[^1]) ? parts[^1] : "");
        }
    }

    public static bool IsInterval(string word) => word is "raw" or "100ms" or "agg2";

    /// <summary>What one price level of the grouped book spans, in hundredths; 0 for <c>none</c>.</summary>
    public static int GroupStepHundredths(string instrument, string group) =>
        group == "none" ? 0 : int.Parse(group, CultureInfo.InvariantCulture) * (IsBitcoin(instrument) ? 100 : 1);

    private static bool IsBitcoin(string instrument) => instrument.StartsWith("BTC-", StringComparison.Ordinal);

    private static bool IsGroup(string instrument, string group) =>
        group == "none"
        || (IsBitcoin(instrument) && group is "1" or "2" or "5" or "10")
        || (instrument.StartsWith("ETH-", StringComparison.Ordinal) && group is "5" or "10" or "25" or "100" or "250");

    private static ChannelName Of(ChannelFamily family, string instrument, string interval) =>
        new(family, instrument, "", "", "", 0, interval);
}
