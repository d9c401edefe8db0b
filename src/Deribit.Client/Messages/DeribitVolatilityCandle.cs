namespace Deribit.Client;

/// <summary>One candle of <c>public/get_volatility_index_data</c>. The last one may be of a period that is not over.</summary>
/// <param name="TimeUnixMs">The begin of its period, in milliseconds since the Unix epoch.</param>
/// <param name="Open">First value, in percent.</param>
/// <param name="High">Highest value.</param>
/// <param name="Low">Lowest value.</param>
/// <param name="Close">Last value.</param>
public readonly record struct DeribitVolatilityCandle(long TimeUnixMs, double Open, double High, double Low, double Close);
