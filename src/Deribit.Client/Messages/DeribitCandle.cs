namespace Deribit.Client;

/// <summary>One bar of <c>public/get_tradingview_chart_data</c>. The last one may be of a period that is not over.</summary>
/// <param name="TimeUnixMs">The begin of its period, in milliseconds since the Unix epoch.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">What was traded, in the base currency; null when there was no number.</param>
/// <param name="Cost">What was traded, in the quote currency; null when there was no number.</param>
public readonly record struct DeribitCandle(
    long TimeUnixMs, decimal Open, decimal High, decimal Low, decimal Close, double? Volume, double? Cost);
