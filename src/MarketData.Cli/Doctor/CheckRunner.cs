using System.Globalization;

using MarketData.Checks;

namespace MarketData.Cli.Doctor;

/// <summary>
/// Runs checks beside each other. Comes in: checks. Goes out: what they found, in their order. A check that does not end within its time, or does not
/// even stop then, is a fault of its own and holds nobody up.
/// </summary>
internal static class CheckRunner
{
    // For what a check that is cancelled has found by then.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Runs them.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="timeout">How long each may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        IEnumerable<DoctorCheck> checks, TimeSpan timeout, TimeProvider time, CancellationToken stop) =>
        [.. (await Task.WhenAll(checks.Select(check => RunAsync(check, timeout, time, stop)))).SelectMany(findings => findings)];

    private static async Task<IReadOnlyList<Finding>> RunAsync(DoctorCheck check, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        var token = either.Token;
        try
        {
            // On a thread of its own, because a client library may block.
            return await Task.Run(() => check.RunAsync(token), CancellationToken.None).WaitAsync(timeout + Grace, time, stop);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException && !stop.IsCancellationRequested)
        {
            return [new Finding(
                check.Subject, FindingState.Fault, string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"),
                "Something there takes connections and says nothing, or a firewall drops them: check the address. --timeout gives it longer.")];
        }
        catch (ConfigurationError error)
        {
            return [.. error.Faults.Select(fault => new Finding(check.Subject, FindingState.Fault, fault))];
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The boundary of the checks: what one of them did not expect must not hide what the others found.
            return [new Finding(check.Subject, FindingState.Fault, $"the check itself failed: {exception.GetType().Name}: {exception.Message}")];
        }
    }
}
