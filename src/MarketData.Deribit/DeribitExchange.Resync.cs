using System.Threading.Channels;

using MarketData.Books;
using MarketData.Exchanges;

namespace MarketData.Deribit;

/// <content>Books that somebody wants anew: asked for on any thread, begun by the stream's pump.</content>
public sealed partial class DeribitExchange
{
    private const int MostResyncWishes = 64;

    // Overflow policy: what does not fit is refused, and whoever asked is told.
    private readonly Channel<ResyncWish> _resyncWishes = Channel.CreateBounded<ResyncWish>(MostResyncWishes);

    /// <inheritdoc/>
    public async Task<ResyncAnswer> ResyncAsync(string instrumentName, string reason, CancellationToken cancellationToken)
    {
        var wish = new ResyncWish(instrumentName, reason, new TaskCompletionSource<ResyncAnswer>(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        if (_resyncWishes.Writer.TryWrite(wish))
            return await wish.Answer.Task.WaitAsync(cancellationToken);
        return _resyncWishes.Reader.Completion.IsCompleted ? ResyncAnswer.NotCollected : ResyncAnswer.Busy;
    }

    private void TakeResyncWishes()
    {
        while (_resyncWishes.Reader.TryRead(out var wish))
        {
            // Nobody waits for it any more.
            if (wish.Abandoned.IsCancellationRequested)
                continue;
            if (!_routes.TryGetValue(wish.Name, out var route) || route.Book is not { } book)
            {
                wish.Answer.SetResult(ResyncAnswer.NotCollected);
                continue;
            }

            wish.Answer.SetResult(book.State == BookState.Live ? ResyncAnswer.Begun : ResyncAnswer.UnderWay);
            _books.Suspect(book, wish.Reason, _output);
        }
    }

    // After the end nobody begins anything: whoever still asks hears that nothing is collected.
    private void EndResyncWishes()
    {
        _resyncWishes.Writer.TryComplete();
        while (_resyncWishes.Reader.TryRead(out var wish))
            wish.Answer.SetResult(ResyncAnswer.NotCollected);
    }

    private sealed record ResyncWish(string Name, string Reason, TaskCompletionSource<ResyncAnswer> Answer, CancellationToken Abandoned);
}
