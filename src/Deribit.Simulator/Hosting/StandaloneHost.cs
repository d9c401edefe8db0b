using System.Runtime.InteropServices;

namespace Deribit.Simulator.Hosting;

/// <summary>Runs one simulator as a process: reads the arguments, prints its addresses, ends cleanly on SIGINT or SIGTERM.</summary>
internal static class StandaloneHost
{
    /// <summary>Exit code: 0 after a clean stop, 2 for bad arguments, 1 when it could not start.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (options, fault) = CommandLine.Parse(args);
        if (options is null)
        {
            await (fault is null ? Console.Out : Console.Error).WriteLineAsync(fault ?? CommandLine.Help);
            return fault is null ? 0 : 2;
        }

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using var server = await SimulatorServer.StartAsync(options);
            await Console.Out.WriteLineAsync($"WebSocket  {server.WebSocketUri}");
            await Console.Out.WriteLineAsync($"HTTP       {server.HttpUri}");
            await Console.Out.WriteLineAsync($"Controls   {new Uri(server.HttpUri, "/simulator/status")}");
            await Console.Out.WriteLineAsync(Describe(options, server));
            await stop.Task;
            await Console.Out.WriteLineAsync($"Stopped after {server.Status.FramesSent} frames.");
            return 0;
        }
        catch (Exception error) when (error is IOException or ArgumentException or FormatException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The simulator could not start: {error.Message}");
            return 1;
        }
    }

    private static string Describe(SimulatorOptions options, SimulatorServer server) => options.Mode == SimulatorMode.Market
        ? FormattableString.Invariant(
            $"Market     {options.Instruments} instruments, {options.FramesPerSecond} frames/s, seed {options.Seed}. Ctrl-C stops it.")
        : FormattableString.Invariant(
            $"Replay     {server.Replay.FramesTotal} frames ({server.Replay.LinesSkipped} other lines skipped).")
            + " It starts with the first subscription. Ctrl-C stops it.";
}
