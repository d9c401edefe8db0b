using System.Globalization;
using Deribit.Client;

namespace MarketData.Deribit.Past;

/// <summary>
/// Calls of one host that can wait. Comes in: calls. Goes out: their replies, after as many attempts as it takes; each is paid for first. Owns: the
/// connections to the host. One call at a time.
/// </summary>
/// <param name="address">The host's address.</param>
/// <param name="budget">What all hosts' calls are paid from.</param>
/// <param name="say">Is told why a call is repeated, as a full sentence.</param>
/// <param name="time">The clock of pauses and time-outs.</param>
internal sealed class PastCaller(Uri address, DeribitCallBudget budget, Action<string> say, TimeProvider time) : IDisposable
{
    // With pauses of 0.5 s that double up to 8 s, these take half a minute, and three when each is refused for too many requests, after which
    // the budget holds every call back; who waits longer can start again at any time.
    private const int MostAttempts = 7;

    // Names that the host does not know (Deribit API v2, "RPC error codes": not_found, invalid_or_unsupported_instrument).
    private const int NotFound = 13020;
    private const int NoInstrument = 10020;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private readonly DeribitHttpCaller _caller = new(address, budget, timeProvider: time);

    /// <summary>The host's address.</summary>
    public Uri Address => address;

    /// <summary>The exchange's clock, in milliseconds since the Unix epoch.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExchangeError">The host refuses for good, or did not answer for a while.</exception>
    public async Task<long> ReadTimeAsync(CancellationToken cancellationToken) =>
        (await CallAsync(caller => caller.GetTimeAsync(cancellationToken), cancellationToken)).ToUnixTimeMilliseconds();

    /// <summary>Makes a call about an instrument that the host need not know.</summary>
    /// <param name="call">Makes one attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The reply; null when the host knows no such instrument.</returns>
    /// <exception cref="ExchangeError">The host refuses for good, or did not answer for a while.</exception>
    public async Task<T?> AskAsync<T>(Func<IDeribitCaller, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await CallAsync(call, cancellationToken);
        }
        catch (ExchangeError error) when (error.InnerException is DeribitRpcException { Code: NotFound or NoInstrument })
        {
            return null;
        }
    }

    /// <summary>Makes a call.</summary>
    /// <param name="call">Makes one attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExchangeError">The host refuses for good, or did not answer for a while.</exception>
    public async Task<T> CallAsync<T>(Func<IDeribitCaller, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await budget.PayForCallAsync(cancellationToken);
            try
            {
                return await call(_caller);
            }
            catch (DeribitRpcException refusal) when (!refusal.IsTransient)
            {
                throw new ExchangeError(DeribitExchange.ExchangeName, refusal.Message, refusal);
            }
            catch (DeribitException failure) when (attempt == MostAttempts)
            {
                throw new ExchangeError(
                    DeribitExchange.ExchangeName,
                    $"{address.Host} did not answer in {MostAttempts} attempts. {failure.Message} Start again later: it goes on where it ended.",
                    failure);
            }
            catch (DeribitException failure)
            {
                var pause = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, attempt - 1), LongestPause.TotalSeconds);
                var wait = Math.Max(pause, budget.CoolDownLeft.TotalSeconds);
                say(string.Create(CultureInfo.InvariantCulture, $"{LogText.Of(failure.Message)} Tried again in {wait:0.#} s."));
                await Task.Delay(TimeSpan.FromSeconds(pause), time, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();
}
