using System.CommandLine;

namespace MarketData.Cli;

/// <summary>The options that make a <see cref="SimulatedMarket"/>.</summary>
internal sealed class SimulatedMarketOptions
{
    private static readonly SimulatedMarket Usual = new();

    private readonly Option<int?> _instruments = NumberOption.Create("--instruments", "Simulated market: instruments (20).", 1, 10_000);
    private readonly Option<int?> _rate = NumberOption.Create("--rate", "Simulated market: frames per second in total (200).", 1, 200_000);
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Simulated market: seed (1).", 0, int.MaxValue);

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_instruments, _rate, _seed])
            command.Options.Add(option);
    }

    public SimulatedMarket Read(ParseResult parsed) => new(
        parsed.GetValue(_instruments) ?? Usual.Instruments, parsed.GetValue(_rate) ?? Usual.Rate, parsed.GetValue(_seed) ?? Usual.Seed);
}
