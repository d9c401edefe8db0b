namespace MarketData.Cli;

/// <summary>The market of a simulated exchange.</summary>
/// <param name="Instruments">How many instruments.</param>
/// <param name="Rate">Frames per second, all instruments and kinds together.</param>
/// <param name="Seed">What its chance begins with.</param>
internal sealed record SimulatedMarket(int Instruments = 20, int Rate = 200, int Seed = 1);
