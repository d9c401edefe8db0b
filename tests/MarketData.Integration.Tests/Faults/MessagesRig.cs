using Deribit.Simulator;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>One running system for all tests of a class: each test spoils other frames and waits until all is well again.</summary>
public sealed class MessagesRig : IAsyncLifetime
{
    private Rig? _rig;

    internal Rig Rig => _rig ?? throw new InvalidOperationException("The rig has not been started.");

    // The queue of the simulator holds a frame above the client's cap.
    public async ValueTask InitializeAsync() => _rig = await Rig.StartAsync(
        new SimulatorOptions { Instruments = 8, FramesPerSecond = 200, KeepHistory = true, MaxQueuedBytes = 64 * 1024 * 1024 });

    public ValueTask DisposeAsync() => _rig?.DisposeAsync() ?? ValueTask.CompletedTask;
}
