using MarketData.Coverage;

namespace MarketData.History;

/// <summary>
/// Rebuilds the order book of an instant from the history. Comes in: an instrument, an instant. Goes out: the book, and what it is worth. Owns:
/// nothing; any thread. Holds one book, one event at a time, and the ledger around the instant.
/// <para>
/// The instant is the exchange's time. The book at an instant is the state after every change whose <c>timestamp</c> is not later. The way:
/// </para>
/// <code>
/// 1 the last snapshot seen by about the instant and the first seen after it: the one whose last change is nearer is the base
/// 2 the updates after it, along the chain of ids, up to the instant
/// 3 what comes after the instant: does it continue this very state?
/// 4 what the ledger says of the instant
/// 5 the verdict: a hole before the instant, else a proof by ids, else an incident, else a proof by a repetition, else what is missing
/// </code>
/// </summary>
/// <param name="history">Where the events are.</param>
/// <param name="timeProvider">The clock that tells what is yet to come.</param>
public sealed class BookTravel(IBookHistory history, TimeProvider timeProvider)
{
    // So long a frame is under way, and so far the clocks of exchange and collector differ, unless the ledger has a word of it: what was seen
    // earlier than this after the instant may not know yet what had happened at the instant.
    private const long UnderWayMs = 2_000;

    // The same with anything that can still be believed: so much later than it changed a book, a change may be received.
    private const long LatenessMs = 3_600_000;

    // Clocks of exchange and collector differ: words of the ledger this near to the instant may be before it or after it.
    private const long SkewMs = 60_000;

    // Most books change again within this time, and then no second question is needed.
    private const long FirstLookMs = 10_000;

    // A live book is repeated at least so often; without a change or a repetition in that time it was not collected.
    private const long LastLookMs = 3_600_000;

    // Snapshots in a row that say nothing of the instant; they are seconds apart, and no frame is under way for so long.
    private const int MostIdle = 4;

    // A connection that is lost with a change under way is one case; more in one interval are not worth a longer search.
    private const int MostBases = 3;

    private static readonly IReadOnlyList<string> _channels = ["orderbook"];

    /// <summary>Rebuilds the book.</summary>
    /// <param name="instrument">The instrument; only its exchange and its name count.</param>
    /// <param name="atUnixMs">The instant: the exchange's time, in milliseconds since the Unix epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The instant is before 1970.</exception>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    public async Task<BookAt> AtAsync(Instrument instrument, long atUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        ArgumentOutOfRangeException.ThrowIfNegative(atUnixMs);
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        if (atUnixMs > now) return None(instrument, atUnixMs, BookAtState.InFuture, BookAtText.InFuture(atUnixMs, now));

        // 1. The base.
        var last = await history.LastSnapshotAsync(instrument, atUnixMs + UnderWayMs, atUnixMs, cancellationToken);
        var next = await history.NextSnapshotAsync(instrument, atUnixMs, cancellationToken);
        if ((last ?? next) is not { } any)
            return None(instrument, atUnixMs, BookAtState.UnknownInstrument, BookAtText.Unknown(instrument.Key));
        var snapshot = next is not null && next.ExchangeTimeUnixMs <= atUnixMs && (last is null || IsNearer(next, last)) ? next : last;
        if (snapshot is null)
            return None(instrument, atUnixMs, BookAtState.BeforeHistory, BookAtText.Before(instrument.Key, any.ExchangeTimeUnixMs));

        BookWalk walk;
        bool goesOn;
        for (var bases = 1; ; bases++)
        {
            // 2. The way, and a look at what comes behind it.
            walk = new BookWalk(snapshot, atUnixMs);
            // From its last change until it was seen nothing happened to the snapshot; what happened later was received later.
            var from = Math.Max(snapshot.ExchangeTimeUnixMs, Math.Min(SeenMs(snapshot), atUnixMs) - LatenessMs);
            goesOn = await WalkAsync(walk, instrument, from, atUnixMs + FirstLookMs, cancellationToken);
            if (walk.Fault is { } fault)
            {
                return None(instrument, atUnixMs, BookAtState.Unusable, $"No book: {fault}") with
                {
                    Snapshot = snapshot,
                    UpdatesApplied = walk.Applied,
                };
            }

            // 3. The witnesses. One of them may be the nearer base.
            var isNearer = false;
            for (var tries = 0; tries < MostIdle && SaysNothing(next, walk) && !(isNearer = ShowsMore(next!, walk)); tries++)
                next = await history.NextSnapshotAsync(instrument, SeenMs(next!) + 1, cancellationToken);
            if (!isNearer || bases == MostBases) break;
            snapshot = next!;
        }
        if (SaysNothing(next, walk)) next = null;
        var proof = ProofOf(walk, next);
        if (goesOn && proof is BookProof.None or BookProof.Repeated)
        {
            await WalkAsync(walk, instrument, atUnixMs, Math.Max(atUnixMs + LastLookMs, next?.ExchangeTimeUnixMs ?? 0), cancellationToken);
            proof = ProofOf(walk, next);
        }

        // 4. and 5.
        var hole = proof == BookProof.None ? walk.Hole ?? HoleBefore(walk, next) : null;
        var ledgerFrom = walk.IsHoleBefore ? Math.Min(hole!.FromUnixMs, atUnixMs) : atUnixMs;
        var entries = await LedgerAsync(instrument, ledgerFrom, atUnixMs, cancellationToken);
        var coverage = CoverageOf(instrument, ledgerFrom, atUnixMs, entries, [snapshot, walk.Last, next]);
        var answer = new BookAt
        {
            Key = instrument.Key,
            AtUnixMs = atUnixMs,
            State = StateOf(walk, proof, hole, coverage),
            Statement = "",
            Book = walk.ToSnapshot(),
            Snapshot = snapshot,
            UpdatesApplied = walk.Applied,
            Proof = proof,
            Hole = hole,
            Incidents = coverage.Incidents,
        };
        var closed = entries.FindLast(entry => entry.Event.Kind == IntegrityKind.Closed && entry.AtUnixMs <= atUnixMs);
        return answer with { Statement = BookAtText.Of(answer, next, closed?.AtUnixMs) };
    }

    /// <summary>When a snapshot was seen, our clock, in nanoseconds since the Unix epoch.</summary>
    internal static long SeenNs(OrderBookEvent snapshot) => snapshot.VerifiedAtUnixNs ?? snapshot.ReceivedAtUnixNs;

    private static long SeenMs(OrderBookEvent snapshot) => SeenNs(snapshot) / 1_000_000;

    private async Task<bool> WalkAsync(BookWalk walk, Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken)
    {
        if (walk.Fault is not null) return false;
        await foreach (var update in history.ReadUpdatesAsync(instrument, walk.Last.ChangeId, fromUnixMs, untilUnixMs, cancellationToken))
        {
            // A store may answer with more than it was asked for.
            if (update.ExchangeTimeUnixMs < fromUnixMs || update.ExchangeTimeUnixMs > untilUnixMs) continue;
            if (!walk.Take(update)) return false;
        }

        return true;
    }

    private static BookProof ProofOf(BookWalk walk, OrderBookEvent? next)
    {
        // Another state that was seen between the instant and the witness shows that its ids are not those of this chain.
        var isContradicted = next is not null && !IsSame(walk.Last, next) && next.ExchangeTimeUnixMs < walk.Witness?.ExchangeTimeUnixMs;
        if (walk.Witness is not null && !isContradicted) return BookProof.Continued;
        if (walk.IsHoleBefore || next is null || !IsSame(walk.Last, next)) return BookProof.None;
        return next.VerifiedAtUnixNs is null ? BookProof.SentAgain : BookProof.Repeated;
    }

    // An exchange that counts its ids anew may reach the same one again, at another time.
    private static bool IsSame(OrderBookEvent last, OrderBookEvent next) =>
        last.ChangeId == next.ChangeId && last.ExchangeTimeUnixMs == next.ExchangeTimeUnixMs;

    // One that came too soon after the instant, or that a change under way overtook.
    private static bool SaysNothing(OrderBookEvent? next, BookWalk walk) =>
        next is not null && next.ExchangeTimeUnixMs <= walk.AtUnixMs
        && (!IsSame(walk.Last, next) || SeenMs(next) < walk.AtUnixMs + UnderWayMs);

    // A change of before the instant, which no update brought: the connection was lost with it under way.
    private static bool ShowsMore(OrderBookEvent next, BookWalk walk) =>
        walk.Witness is null && next.ExchangeTimeUnixMs > walk.Last.ExchangeTimeUnixMs && SeenMs(next) >= walk.AtUnixMs + UnderWayMs;

    private static bool IsNearer(OrderBookEvent one, OrderBookEvent other) =>
        (one.ExchangeTimeUnixMs, SeenNs(one)).CompareTo((other.ExchangeTimeUnixMs, SeenNs(other))) >= 0;

    // No update leads from the last known book to the next one that was seen.
    private static BookHole? HoleBefore(BookWalk walk, OrderBookEvent? next) => next is null || IsSame(walk.Last, next)
        ? null
        : new BookHole(walk.Last.ChangeId, next.ChangeId, walk.Last.ExchangeTimeUnixMs, next.ExchangeTimeUnixMs);

    private async Task<List<LedgerEntry>> LedgerAsync(
        Instrument instrument, long fromUnixMs, long atUnixMs, CancellationToken cancellationToken)
    {
        var entries = await history.ReadLedgerAsync(instrument, fromUnixMs - SkewMs, atUnixMs + SkewMs, cancellationToken);
        // What opens and closes in one frame bears one time.
        return [.. entries.OrderBy(entry => entry.Event.ReceivedAtUnixNs).ThenBy(entry => IsOpening(entry.Event.Kind) ? 0 : 1)];
    }

    private static ChannelCoverage CoverageOf(
        Instrument instrument, long fromUnixMs, long atUnixMs, List<LedgerEntry> entries, OrderBookEvent?[] seen)
    {
        var signs = seen.OfType<OrderBookEvent>().Select(SeenMs).ToList();
        return CoverageAnalysis.Analyse(instrument.Key, fromUnixMs, atUnixMs + 1, entries, [], SignOf, _channels).Channels[0];

        long? SignOf(LifeSignQuestion question)
        {
            var within = signs.Where(at => at >= question.FromUnixMs && at <= question.ToUnixMs).Select(at => (long?)at);
            return question.WantsLast ? within.Max() : within.Min();
        }
    }

    private static BookAtState StateOf(BookWalk walk, BookProof proof, BookHole? hole, ChannelCoverage coverage)
    {
        if (walk.IsHoleBefore) return BookAtState.Broken;
        if (proof is BookProof.Continued or BookProof.SentAgain) return BookAtState.Proven;
        var at = walk.AtUnixMs;
        if (coverage.Incidents.Any(incident => incident.FromUnixMs <= at && !(incident.ToUnixMs <= at))) return BookAtState.Incident;
        if (proof == BookProof.Repeated) return BookAtState.Proven;
        if (coverage.Intervals[^1].Cause == CoverageCause.Closed) return BookAtState.Closed;
        return hole is null ? BookAtState.Unconfirmed : BookAtState.Broken;
    }

    private static bool IsOpening(IntegrityKind kind) =>
        kind is IntegrityKind.Disconnected or IntegrityKind.Gap or IntegrityKind.Stale or IntegrityKind.Quarantined;

    private static BookAt None(Instrument instrument, long atUnixMs, BookAtState state, string statement) =>
        new() { Key = instrument.Key, AtUnixMs = atUnixMs, State = state, Statement = statement };
}
