using System.CommandLine;
using System.Globalization;

using Deribit.Client;

using MarketData.Cli.Inspect;
using MarketData.Exchanges;
using MarketData.Recording;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Replay;

/// <summary><c>marketdata frames</c>: a recording as lines, for other tools and for <c>replay</c>.</summary>
internal static class FramesCommand
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A recording of marketdata record." };
        var times = new Option<string?>("--times") { Description = "Write the receive time of each line to this file, in Unix seconds." };
        var command = new Command("frames", "Print the frames of a recording as they came, one JSON object per line.") { file, times };
        command.SetAction((parsed, _) => InspectRunner.RunAsync(
            async stop =>
            {
                try
                {
                    return await PrintAsync(parsed.GetValue(file)!, parsed.GetValue(times), stop);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    await Console.Error.WriteLineAsync(exception.Message);
                    return ExitCode.Failed;
                }
            },
            interrupted: ExitCode.Failed));
        return command;
    }

    private static async Task<int> PrintAsync(string file, string? times, CancellationToken stop)
    {
        if (!RecordingReader.IsRecording(file))
            throw new CommandLineError([$"{file} is no recording of marketdata record."]);
        var isDamaged = false;
        await using var output = new BufferedStream(Console.OpenStandardOutput());
        await using var timesWriter = times is null ? null : new StreamWriter(new FileStream(times, FileMode.CreateNew, FileAccess.Write));
        foreach (var record in RecordingReader.Read(file, Tell))
        {
            stop.ThrowIfCancellationRequested();
            if (record.Kind == FrameRecord.Missing)
                await Console.Error.WriteLineAsync(System.Text.Encoding.UTF8.GetString(record.Payload.Span));
            if (record.Kind != (byte)DeribitRecordKind.Frame)
                continue;
            await output.WriteAsync(record.Payload, stop);
            output.WriteByte((byte)'\n');
            if (timesWriter is not null)
                await timesWriter.WriteLineAsync(((decimal)record.ReceivedAtUnixNs / NanosecondsPerSecond).ToString(CultureInfo.InvariantCulture));
        }

        return isDamaged ? ReplaySource.Incomplete : ExitCode.Ok;

        void Tell(RecordingDamage damage)
        {
            isDamaged |= !damage.IsTail;
            if (damage.IsTail)
                Console.Error.WriteLine(damage);
        }
    }
}
