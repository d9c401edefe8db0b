using System.Diagnostics;

namespace MarketData.Books;

/// <summary>What the session must do now for a book that is not in sync.</summary>
/// <param name="Book">The book that asks. Report the outcome with <see cref="BookKeeper.ResyncStarted"/> or
/// <see cref="BookKeeper.ResyncFailed"/>.</param>
/// <param name="NewConnection">False: unsubscribe the book's channel, wait for the reply, subscribe. True: replace the connection
/// that carries the book, with all the others that it carries.</param>
/// <param name="Reason">Why, as a sentence.</param>
public readonly record struct BookResync(OrderBookSynchroniser Book, bool NewConnection, string Reason)
{
    /// <summary>The incident's span; default when nobody listens.</summary>
    public ActivityContext Span => Book.Repair.Span?.Context ?? default;
}
