using Deribit.Simulator;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Rigs for faults of the session: eight instruments, and the client's times as the test needs them.</summary>
internal static class SessionRigs
{
    public static readonly string[] Channels = ["orderbook", "trade", "ticker"];

    private static readonly SimulatorOptions Market = new() { Instruments = 8, FramesPerSecond = 200, KeepHistory = true };

    /// <summary>A rig in which everything is live.</summary>
    /// <param name="settings">Keys under <c>exchanges:deribit:connection</c>.</param>
    public static Task<Rig> StartAsync(params (string Name, string Value)[] settings) => Rig.StartAsync(Market, Named(settings));

    /// <summary>A rig that has only just been started, with faults that wait for it.</summary>
    public static Task<Rig> StartAsync(Action<SimulatorServer> arrange, params (string Name, string Value)[] settings) =>
        Rig.StartAsync(Market, Named(settings), waitUntilReady: false, arrange: arrange);

    private static Dictionary<string, string> Named((string Name, string Value)[] settings) => settings.ToDictionary(
        setting => setting.Name.Contains(':', StringComparison.Ordinal) ? setting.Name : "exchanges:deribit:connection:" + setting.Name,
        setting => setting.Value);
}
