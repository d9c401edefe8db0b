using System.Globalization;

namespace Deribit.Client;

/// <summary>
/// Builds and reads channel names (Deribit API v2, "Subscriptions"). Names never contain a point apart from the ones that separate their
/// parts: fractional strikes are written with <c>d</c> (<c>XRP_USDC-30JUN23-0d625-C</c>). Stateless; any thread.
/// </summary>
public static class DeribitChannels
{
    /// <summary>The channel of maintenance breaks and index locks.</summary>
    public const string PlatformState = "platform_state";

    /// <summary>The channel that says whether calls without a key are served.</summary>
    public const string PublicMethodsState = "platform_state.public_methods_state";

    /// <summary>One instrument's full book.</summary>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="interval">How often; <see cref="DeribitInterval.Raw"/> needs authentication.</param>
    /// <exception cref="ArgumentException">The name is empty or holds a point.</exception>
    public static string Book(string instrumentName, DeribitInterval interval) => $"book.{Part(instrumentName)}.{Text(interval)}";

    /// <summary>A window of one instrument's book, sent whole each time.</summary>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="depth">Levels per side: 1, 10 or 20.</param>
    /// <param name="interval">How often; raw is not offered.</param>
    /// <param name="group">Price grouping; <c>none</c> is served for every instrument.</param>
    /// <exception cref="ArgumentException">A part is empty or holds a point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The depth is not positive.</exception>
    public static string GroupedBook(string instrumentName, int depth, DeribitInterval interval, string group = "none")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        return string.Create(CultureInfo.InvariantCulture, $"book.{Part(instrumentName)}.{Part(group)}.{depth}.{Text(interval)}");
    }

    /// <summary>One instrument's ticker.</summary>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="interval">How often; <see cref="DeribitInterval.Raw"/> needs authentication.</param>
    /// <exception cref="ArgumentException">The name is empty or holds a point.</exception>
    public static string Ticker(string instrumentName, DeribitInterval interval) => $"ticker.{Part(instrumentName)}.{Text(interval)}";

    /// <summary>One instrument's trades.</summary>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="interval">How often; <see cref="DeribitInterval.Raw"/> needs authentication.</param>
    /// <exception cref="ArgumentException">The name is empty or holds a point.</exception>
    public static string Trades(string instrumentName, DeribitInterval interval) => $"trades.{Part(instrumentName)}.{Text(interval)}";

    /// <summary>The trades of every instrument of a kind and a currency.</summary>
    /// <param name="kind">
    /// <c>future</c>, <c>option</c>, <c>spot</c>, <c>future_combo</c>, <c>option_combo</c>, <c>combo</c> or <c>any</c>.
    /// </param>
    /// <param name="currency">For example <c>BTC</c>, or <c>any</c>.</param>
    /// <param name="interval">How often; <see cref="DeribitInterval.Raw"/> needs authentication.</param>
    /// <exception cref="ArgumentException">A part is empty or holds a point.</exception>
    public static string TradesByKind(string kind, string currency, DeribitInterval interval) =>
        $"trades.{Part(kind)}.{Part(currency)}.{Text(interval)}";

    /// <summary>Changes of instruments' states.</summary>
    /// <param name="kind">An instrument kind, or <c>any</c>.</param>
    /// <param name="currency">A currency, or <c>any</c>.</param>
    /// <exception cref="ArgumentException">A part is empty or holds a point.</exception>
    public static string InstrumentState(string kind = "any", string currency = "any") => $"instrument.state.{Part(kind)}.{Part(currency)}";

    /// <summary>New instruments.</summary>
    /// <param name="kind">An instrument kind, or <c>any</c>.</param>
    /// <param name="currency">A currency, or <c>any</c>.</param>
    /// <exception cref="ArgumentException">A part is empty or holds a point.</exception>
    public static string InstrumentCreation(string kind = "any", string currency = "any") =>
        $"instrument.creation.{Part(kind)}.{Part(currency)}";

    /// <summary>The exchange's word for an interval: <c>raw</c>, <c>100ms</c> or <c>agg2</c>.</summary>
    /// <param name="interval">The interval.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none of the enumeration.</exception>
    public static string Text(DeribitInterval interval) => interval switch
    {
        DeribitInterval.Raw => "raw",
        DeribitInterval.Ms100 => "100ms",
        DeribitInterval.Agg2 => "agg2",
        _ => throw new ArgumentOutOfRangeException(nameof(interval), interval, "The interval is none that the exchange offers."),
    };

    /// <summary>Reads a channel's name; one that is not decoded here has the kind <see cref="DeribitChannelKind.Unknown"/>.</summary>
    /// <param name="name">For example <c>book.BTC-PERPETUAL.none.20.100ms</c>.</param>
    public static DeribitChannel Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Split('.') switch
        {
            ["book", { Length: > 0 } instrument, var last] when Interval(last) is { } interval =>
                new() { Name = name, Kind = DeribitChannelKind.Book, InstrumentName = instrument, Interval = interval },
            ["book", { Length: > 0 } instrument, { Length: > 0 } group, var deep, var last]
                when Interval(last) is { } interval && int.TryParse(deep, NumberStyles.None, CultureInfo.InvariantCulture, out int depth) =>
                new()
                {
                    Name = name, Kind = DeribitChannelKind.GroupedBook, InstrumentName = instrument, Interval = interval,
                    Group = group, Depth = depth,
                },
            ["ticker", { Length: > 0 } instrument, var last] when Interval(last) is { } interval =>
                new() { Name = name, Kind = DeribitChannelKind.Ticker, InstrumentName = instrument, Interval = interval },
            ["trades", { Length: > 0 } instrument, var last] when Interval(last) is { } interval =>
                new() { Name = name, Kind = DeribitChannelKind.Trades, InstrumentName = instrument, Interval = interval },
            ["trades", var kind, var currency, var last] when Interval(last) is { } interval =>
                new()
                {
                    Name = name, Kind = DeribitChannelKind.TradesByKind, Interval = interval, InstrumentKind = kind, Currency = currency,
                },
            ["instrument", "state", var kind, var currency] =>
                new() { Name = name, Kind = DeribitChannelKind.InstrumentState, InstrumentKind = kind, Currency = currency },
            ["instrument", "creation", var kind, var currency] =>
                new() { Name = name, Kind = DeribitChannelKind.InstrumentCreation, InstrumentKind = kind, Currency = currency },
            [PlatformState] => new() { Name = name, Kind = DeribitChannelKind.PlatformState },
            [PlatformState, "public_methods_state"] => new() { Name = name, Kind = DeribitChannelKind.PublicMethodsState },
            _ => new() { Name = name, Kind = DeribitChannelKind.Unknown },
        };
    }

    private static DeribitInterval? Interval(string text) => text switch
    {
        "raw" => DeribitInterval.Raw,
        "100ms" => DeribitInterval.Ms100,
        "agg2" => DeribitInterval.Agg2,
        _ => null,
    };

    private static string Part(string part)
    {
        ArgumentException.ThrowIfNullOrEmpty(part);
        return part.Contains('.', StringComparison.Ordinal)
            ? throw new ArgumentException($"'{part}' cannot be part of a channel's name: it holds a point.", nameof(part))
            : part;
    }
}
