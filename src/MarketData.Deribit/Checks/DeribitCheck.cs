using System.Globalization;
using Deribit.Client;
using MarketData.Checks;

namespace MarketData.Deribit.Checks;

/// <summary>
/// Looks at the exchange: one connection as a collector opens it, the login, and its clock. Comes in: the options. Goes out: findings. Subscribes
/// to nothing. Owns: a connection for the length of a call. Any thread.
/// </summary>
public static class DeribitCheck
{
    /// <summary>The subject of what is found.</summary>
    public const string Subject = "exchange";

    private const string Clock = Subject + " clock";
    private const string Login = Subject + " login";
    private const int Questions = 5;

    // Far above what a network's delays make; by so much are the delays wrong that are measured between the exchange's clock and ours.
    private static readonly TimeSpan LargestOffset = TimeSpan.FromMilliseconds(250);

    // The exchange tells whole milliseconds, cut off: it is half of one later on average, by half of one at most.
    private static readonly TimeSpan HalfAnswer = TimeSpan.FromMilliseconds(0.5);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks.</summary>
    /// <param name="options">Where the exchange is, and the login.</param>
    /// <param name="timeProvider">The clock that is held against the exchange's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        DeribitExchangeOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var client = new DeribitClient(options.ToClientOptions(), timeProvider: timeProvider);
        var started = timeProvider.GetTimestamp();
        var running = client.RunAsync(over.Token);
        try
        {
            while (client.Status is { Connected: false, LastFault: null })
                await Task.Delay(Look, timeProvider, cancellationToken);
            if (client.Status is { Connected: false, LastFault: { } fault })
                return [new Finding(Subject, FindingState.Fault, $"no connection: {LogText.Of(fault)}")];
            return await AskAsync(client, options, timeProvider.GetElapsedTime(started), timeProvider, cancellationToken);
        }
        catch (DeribitException exception)
        {
            return [new Finding(
                Subject, FindingState.Fault, $"{options.WsUrl} takes a connection, but does not answer as the exchange does: {LogText.Of(exception.Message)}",
                "Check exchanges.deribit.ws_url.")];
        }
        finally
        {
            await over.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<IReadOnlyList<Finding>> AskAsync(
        DeribitClient client, DeribitExchangeOptions options, TimeSpan took, TimeProvider time, CancellationToken cancellationToken)
    {
        var version = await client.TestAsync(cancellationToken);
        var (offset, error) = await ReadOffsetAsync(client, time, cancellationToken);
        return
        [
            new Finding(Subject, FindingState.Ok, string.Create(CultureInfo.InvariantCulture,
                $"connected to {options.WsUrl} in {took.TotalMilliseconds:0} ms, API {(version.Length == 0 ? "of unknown version" : LogText.Of(version))}")),
            OffsetFinding(offset, error),
            LoginFinding(options, client.Status),
        ];
    }

    // The exchange answers at some moment of the round trip: half of it is the best guess, and the error. The quickest of a few tells the most.
    private static async Task<(TimeSpan Offset, TimeSpan Error)> ReadOffsetAsync(DeribitClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        var best = (Offset: TimeSpan.Zero, Error: TimeSpan.MaxValue);
        for (var asked = 0; asked < Questions; asked++)
        {
            var (wall, started) = (time.GetUtcNow(), time.GetTimestamp());
            var theirs = await client.GetTimeAsync(cancellationToken);
            var half = time.GetElapsedTime(started) / 2;
            if (half + HalfAnswer < best.Error)
                best = (theirs + HalfAnswer - (wall + half), half + HalfAnswer);
        }

        return best;
    }

    internal static Finding OffsetFinding(TimeSpan offset, TimeSpan error)
    {
        var found = string.Create(CultureInfo.InvariantCulture,
            $"this machine's is {offset.Duration().TotalMilliseconds:0.0} ms {(offset >= TimeSpan.Zero ? "behind" : "ahead")}, give or take {error.TotalMilliseconds:0.0} ms");
        return offset.Duration() - error <= LargestOffset
            ? new Finding(Clock, FindingState.Ok, found)
            : new Finding(
                Clock, FindingState.Warning, found,
                "Times of reception and the delays computed from them are wrong by that. Let the machine follow a time server (NTP).");
    }

    private static Finding LoginFinding(DeribitExchangeOptions options, DeribitClientStatus status) =>
        !options.HasCredentials ? new Finding(Login, FindingState.NotConfigured, "no credentials: the public 100 ms channels are used")
        : status.Authenticated ? new Finding(Login, FindingState.Ok, "the credentials are accepted")
        : new Finding(
            Login, FindingState.Fault, "the exchange does not accept the credentials",
            "Collectors would go on with the public 100 ms channels. Correct DERIBIT_KEY and DERIBIT_SECRET, and see that they are of this network (test or production).");
}
