using Deribit.Simulator;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>
/// One running system whose market stands still, so that every trade is one that a test made. Each test takes an instrument of its own.
/// </summary>
public sealed class TradesRig : IAsyncLifetime
{
    internal const string Call = "public/get_last_trades_by_instrument";

    private Rig? _rig;

    internal Rig Rig => _rig ?? throw new InvalidOperationException("The rig has not been started.");

    public async ValueTask InitializeAsync() => _rig = await Rig.StartAsync(
        new SimulatorOptions { Instruments = 16, FramesPerSecond = 0, KeepHistory = true },
        new Dictionary<string, string> { ["exchanges:deribit:trade_hold_seconds"] = "1.5" });

    public ValueTask DisposeAsync() => _rig?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The instrument's trades on Kafka so far.</summary>
    internal IReadOnlyList<TopicRecord> Trades(string name) => [.. Rig.Topics.Trades.Where(one => one.Text("instrument_name") == name)];

    /// <summary>The instrument's ledger so far, without its connections, in short: <c>trade_gap 6..8</c>.</summary>
    internal IReadOnlyList<string> Ledger(string name) =>
    [
        .. Rig.Topics.Integrity
            .Where(one => one.Text("instrument_name") == name && one.Text("channel") == "trade" && one.Text("kind") != "connected")
            .Select(one => $"{one.Text("kind")} {one.Json.GetProperty("from_id")}..{one.Json.GetProperty("to_id")}"),
    ];

    /// <summary>Makes a trade that the tape begins with, and waits for it on Kafka.</summary>
    /// <returns>Its number.</returns>
    internal async Task<long> BeginAsync(string name)
    {
        Rig.Simulator.Market.Trade(name);
        var last = Rig.Simulator.Market.GetTrades(name)[^1].TradeSeq;
        await UntilAsync(name, last);
        return last;
    }

    /// <summary>Waits until a trade is on Kafka.</summary>
    internal Task UntilAsync(string name, long sequence) => Until.TrueAsync(
        () => Trades(name).Any(one => one.Number("trade_seq") == sequence),
        () => $"trade {sequence} of {name} is not on Kafka: {string.Join(", ", Ledger(name))}");

    /// <summary>Waits until the instrument's ledger says so.</summary>
    internal Task UntilLedgerAsync(string name, string entry) =>
        Until.TrueAsync(() => Ledger(name).Contains(entry), () => $"'{entry}' of {name} did not come: {string.Join(", ", Ledger(name))}");

    /// <summary>Kafka has each of the exchange's trades once, in sequence, as the exchange knows it.</summary>
    internal void AssertComplete(string name)
    {
        var truth = Rig.Simulator.Market.GetTrades(name);
        Assert.Equal(
            truth.Select(one => (one.TradeSeq, one.TradeId, one.Price, one.Amount)),
            Trades(name).Select(one => (
                one.Number("trade_seq"), one.Text("trade_id"), one.Json.GetProperty("price").GetDecimal(),
                one.Json.GetProperty("amount").GetDecimal())));
    }
}
