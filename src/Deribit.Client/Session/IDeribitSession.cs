using System.Diagnostics.CodeAnalysis;

namespace Deribit.Client;

/// <summary>
/// One ordered stream of the exchange's messages, and calls beside it: live over a connection (<see cref="DeribitClient"/>), or from what was
/// recorded of one (<see cref="DeribitPlayback"/>). One reader at a time; everything else from any thread.
/// </summary>
public interface IDeribitSession : IDeribitCaller, IAsyncDisposable
{
    /// <summary>What the session says of itself right now; any thread.</summary>
    DeribitClientStatus Status { get; }

    /// <summary>How many messages were received up to this moment and not taken by <see cref="TryRead"/>; for the reader.</summary>
    int Unread { get; }

    /// <summary>Runs the session until cancelled, then returns normally; once.</summary>
    /// <param name="cancellationToken">Stops the session.</param>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Takes the next message, which is valid until the next call.</summary>
    /// <param name="message">The message.</param>
    /// <returns>False when none waits; see <see cref="WaitToReadAsync"/>.</returns>
    bool TryRead([NotNullWhen(true)] out DeribitMessage? message);

    /// <summary>Waits until a message can be taken, or it is worth looking at the clock again.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the session was stopped and everything was read.</returns>
    ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken);

    /// <summary>Wants these channels, now and on every later connection; the outcome comes in the stream.</summary>
    /// <param name="channels">Names such as <c>book.BTC-PERPETUAL.raw</c>.</param>
    void Subscribe(IEnumerable<string> channels);

    /// <summary>Wants these channels no more.</summary>
    /// <param name="channels">The names as given to <see cref="Subscribe"/>.</param>
    /// <returns>
    /// Those whose data may still come, as their data names them; each ends with a <see cref="DeribitChannelsEnded"/> in the stream, or with
    /// the connection.
    /// </returns>
    IReadOnlyList<string> Unsubscribe(IEnumerable<string> channels);

    /// <summary>Forces fresh snapshots of wanted channels.</summary>
    /// <param name="channels">Wanted channels.</param>
    /// <param name="cancellationToken">Stops waiting; the channels stay wanted.</param>
    /// <returns>The channels that the exchange did not acknowledge.</returns>
    Task<IReadOnlyList<string>> ResubscribeAsync(IReadOnlyList<string> channels, CancellationToken cancellationToken);

    /// <summary>Asks for another connection in place of this one.</summary>
    /// <param name="reason">Why, for the log and the stream.</param>
    void Reconnect(string reason);
}
