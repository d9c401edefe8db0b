using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests.Replicas;

/// <summary>
/// What the topics say of replicas that have ended, and what must be true of it. Comes in: the records, and what the exchange knows. Goes
/// out: assertions whose messages tell the story of the key that breaks one.
/// </summary>
internal sealed partial class ReplicaTopics(
    ReplicaStream stream, List<ReplicaRecord> events, List<ReplicaRecord> ledger, List<ReplicaRecord> checkpoints, ReplicaSystem exchange)
{
    // Where an owner had just begun itself, its former one's word holds until it has the answer to what was traded before.
    private const long AnswersDueMs = 30_000;

    private readonly ILookup<string, ReplicaRecord> _ledger = ledger.OrderBy(record => record.Offset).ToLookup(record => record.Key);
    private readonly ILookup<string, ReplicaRecord> _events = events.ToLookup(record => record.Key);
    private readonly LedgerIntervals _intervals = LedgerIntervals.Read(
        ledger.OrderBy(record => record.Offset).Select(record => (record.Source, record.Key, record.Value)), stream.Channel);
    private readonly ClaimHistory _claims = new(checkpoints, stream.Claim);

    /// <summary>
    /// Of each instrument every trade from the moment on in which all were subscribed, as the exchange knows them, once and in sequence, also of
    /// one that had not traded before. What was published earlier is without a hole, too. Out of sequence may be only what the ledger declares
    /// so, by the closing of a hole that was open for longer than live trades wait. What a frozen process had handed to its client before it was frozen cannot be called back: such records are taken out of the tape before and counted.
    /// </summary>
    /// <param name="begun">Of each instrument the number of its newest trade when all were subscribed, 0 without one.</param>
    /// <param name="caughtUp">
    /// Of each instrument the number up to which the collectors were seen to have caught up. Behind it a trade may be missing if the ledger
    /// declares that its collector was stopped before it could fetch it.
    /// </param>
    /// <param name="frozen">The <c>source</c> of the process that was frozen; null when none was.</param>
    /// <param name="frozenUnixMs">When.</param>
    /// <returns>What there was that the ledger had to declare, and what a frozen process could not call back.</returns>
    public string AssertTradesComplete(
        Dictionary<string, long> begun, Dictionary<string, long> caughtUp, string? frozen = null, long frozenUnixMs = 0)
    {
        var (late, uncalled) = (0, 0);
        foreach (var (key, behind) in begun)
        {
            var all = EventsOf(key);
            var records = all.Where((record, at) => !IsUncalled(all, at, frozen, frozenUnixMs)).ToList();
            uncalled += all.Count - records.Count;
            var published = records.ConvertAll(record => record.Number("trade_seq"));
            var (first, last) = (published.Append(behind + 1).Min(), published.Append(caughtUp[key]).Max());
            var expected = exchange.Sequences(key, first, last)
                .Where(sequence => sequence <= caughtUp[key] || published.Contains(sequence) || !IsLeftToTheNext(key, sequence)).ToList();
            Assert.True(
                expected.SequenceEqual(published.Order()),
                $"missing {string.Join(", ", expected.Except(published))}; "
                + $"twice {string.Join(", ", published.GroupBy(one => one).Where(same => same.Count() > 1).Select(same => same.Key))}; "
                + Story(key, all));
            var highest = long.MinValue;
            foreach (var record in records)
            {
                var sequence = record.Number("trade_seq");
                if (sequence < highest)
                {
                    Assert.True(IsDeclaredLate(record, sequence), $"{sequence} comes behind {highest}; {Story(key, all)}");
                    late++;
                }

                highest = Math.Max(highest, sequence);
            }
        }

        return $"{late} trades declared late, {Uncalled(uncalled)}";
    }

    /// <summary>
    /// No two owners at a time: whatever was made for an instrument was made by the process whose claim stood in that moment, from the
    /// writing of its claim until the next one's.
    /// </summary>
    public void AssertOneOwnerAtATime()
    {
        Assert.NotEmpty(_claims.Tenures);
        foreach (var record in events.Concat(ledger).Where(record => !record.Key.EndsWith(".*", StringComparison.Ordinal)))
        {
            var owner = _claims.OwnerOf(record.Key, record.CreatedUnixMs);
            Assert.True(
                owner == record.Source,
                $"{record.Key}: {record.Source} made a record at {record.CreatedUnixMs} while {owner ?? "nobody"} had the claim: "
                + $"{_claims.Describe(record.Key)}; offset {record.Offset}: {System.Text.Encoding.UTF8.GetString(record.Value)}");
        }
    }

    /// <summary>A frozen process made nothing for the instruments that it lost, from the freeze until they were its own again.</summary>
    public void AssertSilent(string source, IEnumerable<string> keys, long frozenUnixMs)
    {
        var lost = keys.ToHashSet();
        var records = events.Concat(ledger)
            .Where(record => record.Source == source && lost.Contains(record.Key) && record.CreatedUnixMs > frozenUnixMs);
        foreach (var record in records)
        {
            Assert.True(
                _claims.TenureOf(record.Key, record.CreatedUnixMs) is { } tenure && tenure.Owner == source && tenure.FromUnixMs > frozenUnixMs,
                $"{record.Key}: {source} made a record at {record.CreatedUnixMs}, frozen at {frozenUnixMs}: {_claims.Describe(record.Key)}");
        }
    }

    /// <summary>
    /// Each instrument is collected again, and its ledger has the interval in which it was not: opened by the new owner with the last
    /// moment for which the former one vouched, and closed by the same owner behind it.
    /// </summary>
    /// <returns>The longest time from the end of the old owner to the proof that the stream is whole again.</returns>
    public long AssertTakenOver(IEnumerable<string> keys, string formerOwner, long endedUnixMs)
    {
        var longest = 0L;
        foreach (var key in keys)
        {
            var story = _ledger[key].Where(record => record.Text("channel") == stream.Channel).ToList();
            var opening = story.FindIndex(record => record.CreatedUnixMs > endedUnixMs && record.Source != formerOwner
                && record.Text("kind") == "disconnected");
            Assert.True(opening >= 0, $"{key}: no interruption in the ledger; {Story(key, [])}");
            var opened = story[opening];
            Assert.InRange(opened.Number("from_time"), endedUnixMs - (stream.Channel == "trade" ? AnswersDueMs : 10_000), endedUnixMs + 1_000);
            Assert.Contains(formerOwner, opened.Text("detail"), StringComparison.Ordinal);
            var closing = story.Skip(opening + 1).FirstOrDefault(record => record.Text("kind") == "resynced");
            Assert.True(closing?.Source == opened.Source, $"{key}: the interruption is not closed by {opened.Source}; {Story(key, [])}");
            Assert.Equal(opened.Number("from_time"), closing.Number("from_time"));
            longest = Math.Max(longest, closing.CreatedUnixMs - endedUnixMs);
        }

        return longest;
    }

    private static string Uncalled(int records) => $"{records} that the frozen process could not call back";

    private List<ReplicaRecord> EventsOf(string key) => [.. _events[key].OrderBy(record => record.Offset)];

    // Made before the freeze, and stored behind what a later owner made.
    private static bool IsUncalled(List<ReplicaRecord> tape, int at, string? frozen, long frozenUnixMs) =>
        frozen is not null && tape[at].Source == frozen && tape[at].CreatedUnixMs <= frozenUnixMs
        && tape.Take(at).Any(before => before.Source != frozen && before.CreatedUnixMs > frozenUnixMs);

    // By the owner who fetched it at last, or by the one before, who ended with the hole open.
    private bool IsDeclaredLate(ReplicaRecord record, long sequence) => _ledger[record.Key].Any(closing =>
        closing.Text("channel") == "trade"
        && (closing.Text("kind") == "backfilled"
            ? closing.Source == record.Source && closing.Text("detail")!.Contains("later trades were published before them", StringComparison.Ordinal)
            : closing.Text("kind") == "unrecoverable" && closing.Text("detail")!.Contains("a tape that goes on from its last position fetches them", StringComparison.Ordinal))
        && sequence >= closing.Number("from_id") && sequence <= closing.Number("to_id"));

    private bool IsLeftToTheNext(string key, long sequence) => _ledger[key].Any(closing =>
        closing.Text("channel") == "trade" && closing.Text("kind") == "unrecoverable"
        && closing.Text("detail")!.StartsWith("The collector stopped.", StringComparison.Ordinal)
        && sequence >= closing.Number("from_id") && sequence <= closing.Number("to_id"));

    private string Story(string key, IEnumerable<ReplicaRecord> tape) => $"{key}: "
        + string.Join(" ", tape.Select(one => $"{one.Number(stream.Id)}/{one.Source}/{one.Text("source")}/{one.CreatedUnixMs}"))
        + "\nledger:\n" + string.Join('\n', _ledger[key].Select(one =>
            $"{one.CreatedUnixMs} {one.Source} {System.Text.Encoding.UTF8.GetString(one.Value)}"))
        + $"\nclaims: {_claims.Describe(key)}";
}
