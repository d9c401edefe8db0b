namespace Deribit.Simulator.Market;

/// <summary>One candle; volume is in the base currency, cost in the quote currency.</summary>
internal sealed record SimCandle(long TimeUnixMs, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, decimal Cost);
