using Deribit.Client;

using MarketData.Cli.Up;
using MarketData.Collectors;
using MarketData.Deribit;
using MarketData.Exchanges;
using MarketData.Recording;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Record;

/// <summary>
/// <c>marketdata record</c> from start to exit code. Comes in: what the person asked for. Goes out: a recording, lines that say how it goes,
/// an exit code. Owns: one collector of everything, without sinks: it follows listings, books and tapes as the live ones do, so that what
/// they would ask the exchange for is in the recording, too; and the file, which is closed last.
/// </summary>
internal static class RecordProgram
{
    private const string AddressKey = "exchanges:deribit:ws_url";
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(RecordOptions options)
    {
        using var stopping = new CancellationTokenSource();
        try
        {
            var overrides = new Dictionary<string, string>(StringComparer.Ordinal);
            if (options.Symbols is { } symbols)
                overrides[CommandLineFaults.SymbolsKey] = symbols;
            if (options.Exchange == ExchangeChoice.Testnet)
                overrides[AddressKey] = DeribitClientOptions.TestNetwork.AbsoluteUri;
            var loaded = Inspect.InspectOptions.Read(options.ConfigDirectory, overrides, out var configuration);
            loaded.ThrowIfFaulty();
            using var signals = new GracefulStop(
                _ => stopping.Cancel(), TimeSpan.FromSeconds(double.Parse(loaded["shutdown:timeout_seconds"], null)), TimeProvider.System);
            signals.Listen();
            return await RecordAsync(options, configuration, stopping.Token);
        }
        catch (ConfigurationError error)
        {
            await Console.Error.WriteLineAsync(CommandLineFaults.Sentence(error, options.Symbols));
            return ExitCode.Configuration;
        }
        catch (ConfigurationFaultsException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCode.Configuration;
        }
        catch (Exception exception) when (exception is MarketDataError or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"record cannot go on: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    private static async Task<int> RecordAsync(RecordOptions options, IConfiguration configuration, CancellationToken stop)
    {
        var writer = RecordingWriter.Create(options.File, TimeProvider.System);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var (isWhole, isBegun) = (false, false);
        try
        {
            await using var container = Compose(configuration, writer);
            var collector = container.GetRequiredService<Collector>();
            Say(Console.Out, $"recording  {configuration[AddressKey]} into {options.File}; Ctrl-C stops.");
            var collecting = collector.RunAsync(over.Token);
            var saying = SayAsync(collector, writer, over.Token);
            if (options.Duration is { } duration)
                over.CancelAfter(duration);
            await Task.WhenAny(collecting, writer.Ended, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over.Token));
            isBegun = collector.Streaming.IsCompletedSuccessfully;
            await over.CancelAsync();
            await saying;
            await collecting;
        }
        finally
        {
            await writer.DisposeAsync();
            isWhole = Summarise(options.File, writer.Status, isBegun);
        }

        return isWhole ? ExitCode.Ok : ExitCode.Failed;
    }

    private static ServiceProvider Compose(IConfiguration configuration, RecordingWriter writer) => new ServiceCollection()
        .AddSingleton(configuration)
        .AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning))
        .Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddMetrics()
        .AddSingleton<IFrameRecorder>(writer)
        .AddDeribitRecorded()
        .AddCollector(new CollectorOptions { Name = "recorder", Kinds = DataKind.OrderBook | DataKind.Trade | DataKind.Ticker })
        .BuildServiceProvider();

    private static async Task SayAsync(Collector collector, RecordingWriter writer, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(SayEvery, TimeProvider.System, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
                return;
            var (status, exchange) = (writer.Status, collector.ExchangeStatus);
            Say(Console.Out,
                $"  {Format.Count(status.Kept)} records on the disk in {Format.Count(status.FileBytes)} bytes, {Format.Count(status.Waiting)} waiting, "
                + $"{Format.Count(status.Lost)} lost; {collector.Instruments} instruments, {exchange.ChannelsAcknowledged}/{exchange.ChannelsWanted} channels, "
                + $"{exchange.BooksLive}/{exchange.BooksWanted} books in sync{(exchange.Connected ? "" : ", not connected")}");
            if (status.Fault is { } fault)
                Say(Console.Error, $"The disk does not take the recording, which is tried again every second: {fault}");
        }
    }

    // A console that takes nothing, as one that was closed or goes to a full disk, must not end a recording.
    private static void Say(TextWriter console, string line)
    {
        try
        {
            console.WriteLine(line);
        }
        catch (IOException)
        {
            // What would be said is in the recording, too.
        }
    }

    /// <summary>Says what was kept, and takes away a file that holds no market.</summary>
    /// <param name="file">The recording, closed.</param>
    /// <param name="status">What became of the records.</param>
    /// <param name="isBegun">Whether everything that was wanted was acknowledged.</param>
    /// <returns>Whether everything that was received is in the recording.</returns>
    internal static bool Summarise(string file, RecordingStatus status, bool isBegun)
    {
        // It may have ended between the first frame and the last acknowledgement. What the disk refused was there, though.
        if (!isBegun && status is { Lost: 0, Fault: null }
            && !RecordingReader.Read(file).Any(record => record.Kind == (byte)DeribitRecordKind.Frame))
        {
            // What is in it is no market, and would only stand in the way of the next try.
            File.Delete(file);
            Say(Console.Out, "Nothing was recorded.");
            return true;
        }

        Say(Console.Out,
            $"Kept {Format.Count(status.Kept)} records, {Format.Count(status.PayloadBytes)} bytes as received, in {file} ({Format.Count(status.FileBytes)} bytes).");
        if (status.Lost > 0)
        {
            Say(Console.Error,
                $"{Format.Count(status.Lost)} records are lost, because the disk was too slow or took nothing"
                + $"{(status.Fault is { } fault ? $" ({fault})" : "")}; where anything came after them, the recording says so.");
        }
        else if (status.Fault is { } end)
        {
            Say(Console.Error, $"The recording is not whole: {end}");
        }

        return status is { Lost: 0, Fault: null };
    }
}
