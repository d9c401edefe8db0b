using MarketData.Exchanges;

using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>
/// Keeps the exchange's instrument list current. Comes in: news of listings. Goes out: the list, to any thread, and a call when it is another
/// one. Owns: when the list is read again: not for every one of three hundred listings at 08:00 UTC, but once for all that come together.
/// Runs on: a task of its own.
/// </summary>
internal sealed class ListingFollower(
    IExchange exchange, FollowerOptions options, TimeProvider timeProvider, Action changed, ILogger logger, string collector)
{
    private volatile IReadOnlyList<Instrument> _current = [];
    private volatile string? _fault;

    /// <summary>The newest list.</summary>
    public IReadOnlyList<Instrument> Current => _current;

    /// <summary>Why the list may be out of date, as <c>code: sentence</c>; null when it is not.</summary>
    public string? Fault => _fault;

    /// <summary>Reads the list for the first time; waits for an exchange that is away.</summary>
    /// <exception cref="ExchangeError">The exchange refuses.</exception>
    public async Task StartAsync(CancellationToken cancellationToken) => _current = await exchange.GetInstrumentsAsync(cancellationToken);

    /// <summary>Follows the news until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long seen = 0;
        var delay = options.ListingDelay;
        Task<long>? news = null;
        while (true)
        {
            news ??= exchange.WaitForListingsAsync(seen, cancellationToken);
            var calm = news.IsCompleted ? false : await IsCalmAsync(news, cancellationToken);

            // While news keep coming the list is read less and less often; after a calm, soon again.
            var longest = options.LongestListingDelay > options.ListingDelay ? options.LongestListingDelay : options.ListingDelay;
            delay = calm ? options.ListingDelay : TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, longest.Ticks));
            if (news.IsCompleted)
            {
                seen = await news;
                news = null;
                await Task.Delay(delay, timeProvider, cancellationToken);

                // What came meanwhile will be in the list, too.
                news = exchange.WaitForListingsAsync(seen, cancellationToken);
                if (news.IsCompletedSuccessfully)
                    (seen, news) = (await news, null);
            }

            await RefreshAsync(cancellationToken);
        }
    }

    // Returns whether nothing came for as long as the longest delay; ends with the first news or when a refresh is due.
    private async Task<bool> IsCalmAsync(Task news, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var due = Task.Delay(_fault is null ? options.ListingRefresh : options.LongestListingDelay, timeProvider, over.Token);
        await Task.WhenAny(news, due);
        await over.CancelAsync();
        await due.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return timeProvider.GetElapsedTime(started) >= options.LongestListingDelay;
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var list = await exchange.GetInstrumentsAsync(cancellationToken);
            if (list.Count == 0 && _current.Count > 0)
            {
                // An exchange under maintenance may say so; nobody wants everything closed for it.
                _fault = "listings_unread: the exchange gave an empty instrument list; the one before is kept.";
                logger.ListingsUnread(collector, "the list is empty");
                return;
            }

            _fault = null;
            if (list.SequenceEqual(_current))
                return;
            _current = list;
            changed();
        }
        catch (ExchangeError error)
        {
            _fault = $"listings_unread: the instrument list could not be read again, and may be out of date: {error.Message}";
            logger.ListingsUnread(collector, error.Message);
        }
    }
}
