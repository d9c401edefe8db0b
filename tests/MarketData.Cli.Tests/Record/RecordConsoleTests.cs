using System.Diagnostics;

using Deribit.Client;
using Deribit.Simulator;

using MarketData.Recording;

namespace MarketData.Cli.Tests.Record;

/// <summary>A recorder that can say nothing.</summary>
[Trait("kind", "integration")]
public sealed class RecordConsoleTests
{
    [Fact]
    public async Task Console_that_takes_nothing_costs_no_recording()
    {
        var directory = Directory.CreateTempSubdirectory("marketdata-test-");
        var file = Path.Combine(directory.FullName, "market.mdrec");
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = 5, FramesPerSecond = 300 }, TestContext.Current.CancellationToken);

        // Every write to /dev/full fails as on a full disk.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true };
        foreach (var argument in new[] { "-c", "exec dotnet \"$0\" record \"$1\" --symbols '*' > /dev/full", Path.Combine(AppContext.BaseDirectory, "MarketData.Cli.dll"), file })
            start.ArgumentList.Add(argument);
        start.Environment["EXCHANGES__DERIBIT__WS_URL"] = simulator.WebSocketUri.ToString();
        using var record = Process.Start(start)!;
        try
        {
            await Until.TrueAsync(() => Frames() > 0 || record.HasExited, () => "no frame was recorded", look: TimeSpan.FromMilliseconds(100));
            using (var kill = Process.Start("kill", ["-TERM", $"{record.Id}"]))
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            var errors = await record.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await record.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(record.ExitCode == 0, errors);
            Assert.True(Frames() > 0, "the recording is gone");
        }
        finally
        {
            if (!record.HasExited)
                record.Kill(entireProcessTree: true);
            directory.Delete(recursive: true);
        }

        int Frames() => File.Exists(file) ? RecordingReader.Read(file).Count(one => one.Kind == (byte)DeribitRecordKind.Frame) : 0;
    }
}
