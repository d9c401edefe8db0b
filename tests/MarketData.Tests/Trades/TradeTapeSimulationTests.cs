using CsCheck;
using MarketData.Trades;

namespace MarketData.Tests.Trades;

/// <summary>
/// A tape between an exchange that loses messages, lags, forgets and refuses, and a clock: whatever the order of things, the tape's laws
/// hold.
/// </summary>
public sealed class TradeTapeSimulationTests
{
    // What happens, one after the other: trades that arrive or are lost, answers and failures of calls, time, and connections.
    private static readonly Gen<(int What, int Size)[]> s_schedule = Gen.Select(Gen.Int[0, 11], Gen.Int[1, 5]).Array[5, 80];

    [Fact]
    public void Every_trade_is_published_once_or_given_up_and_complete_up_to_never_passes_a_missing_one() =>
        Gen.Select(s_schedule, Gen.Int[0, 3], Gen.Bool).Sample(
            (schedule, forgets, archive) => Run(schedule, forgets, archive), iter: 3000);

    private static void Run((int What, int Size)[] schedule, int forgets, bool archive)
    {
        var rig = new TapeRig(new TradeTapeOptions { HasArchive = archive, FruitlessAttempts = 2, MaxWaiting = 20 });
        var past = new PastTrades(rig) { PageSize = 3, Newest = 100 };
        long newest = 100, epoch = 1;
        rig.Set.Connected(epoch, rig.Output);
        rig.Accept(100);
        foreach (var (what, size) in schedule)
        {
            switch (what)
            {
                case <= 3:
                    rig.Accept([.. Enumerable.Range(1, size).Select(one => newest + one)]);
                    newest += size;
                    break;
                case <= 5:
                    // Lost on the way.
                    newest += size;
                    break;
                case 6:
                    // A message again, or late.
                    rig.Accept([.. Enumerable.Range(0, size).Select(one => Math.Max(100, newest - one))]);
                    break;
                case 7:
                    rig.Time.Advance(TimeSpan.FromSeconds(size));
                    rig.Set.Tick(rig.Output);
                    break;
                case 8:
                    // The answer may lag behind the live feed.
                    past.Newest = newest - size + 1;
                    if (rig.Set.TakeRequest() is { } request) past.Answer(request);
                    break;
                case 9:
                    if (rig.Set.TakeRequest() is { } failing) failing.Tape.Failed(failing, "It did not work.", size == 5, rig.Output);
                    break;
                case 10 when forgets > 0:
                    past.Oldest = Math.Max(past.Oldest, newest - (size * 4));
                    if (forgets > 1) past.OldestInArchive = past.Oldest;
                    break;
                default:
                    rig.Set.Disconnected("Lost.", rig.Output);
                    rig.Set.Connected(++epoch, rig.Output);
                    rig.Tape.Subscribed();
                    break;
            }
        }

        Settle(rig, past, newest);
        AssertLaws(rig, newest);
    }

    // The exchange answers everything from here on.
    private static void Settle(TapeRig rig, PastTrades past, long newest)
    {
        past.Newest = newest;
        rig.Tape.Subscribed();
        for (var i = 0; i < 40; i++)
        {
            past.AnswerAll();
            rig.Time.Advance(TimeSpan.FromSeconds(15));
            rig.Set.Tick(rig.Output);
        }

        Assert.Empty(rig.Tape.OpenGaps);
        var counts = rig.Set.Counts;
        Assert.Equal((0L, 0L, 0L, 0L), (counts.Missing, counts.Waiting, counts.OpenHoles, counts.LateHoles));
    }

    private static void AssertLaws(TapeRig rig, long newest)
    {
        var (published, open, lost) = (new HashSet<long>(), new HashSet<long>(), new HashSet<long>());
        var lostInAll = rig.Integrity.Where(one => one.Kind == IntegrityKind.Unrecoverable).SelectMany(Numbers).ToHashSet();
        foreach (var marketEvent in rig.Output)
        {
            switch (marketEvent)
            {
                case TradeEvent trade:
                    Assert.True(published.Add(trade.TradeSequence), $"{trade.TradeSequence} was published twice.");
                    // What is given up is said with the closing event, which comes behind the hole's last trade.
                    var missing = Enumerable.Range(100, (int)(trade.CompleteUpTo - 99)).Select(one => (long)one).Except(published).ToHashSet();
                    Assert.Subset(lostInAll, missing);
                    break;
                case IntegrityEvent { Kind: IntegrityKind.TradeGap } gap:
                    Assert.All(Numbers(gap), number => Assert.True(open.Add(number), $"{number} is in two holes."));
                    break;
                case IntegrityEvent { Kind: IntegrityKind.Backfilled } filled:
                    Assert.All(Numbers(filled), number => Assert.True(open.Remove(number) && published.Contains(number)));
                    break;
                case IntegrityEvent { Kind: IntegrityKind.Unrecoverable } end:
                    Assert.All(Numbers(end), number => Assert.True(open.Remove(number) && lost.Add(number)));
                    break;
            }
        }

        Assert.Empty(open);
        Assert.DoesNotContain(lost, published.Contains);
        Assert.Equal(Enumerable.Range(100, (int)(newest - 99)).Select(one => (long)one), published.Union(lost).Order());
        Assert.Equal(rig.Set.Counts.GivenUp, lost.Count);
    }

    private static IEnumerable<long> Numbers(IntegrityEvent integrity)
    {
        for (var number = integrity.FromId!.Value; number <= integrity.ToId; number++) yield return number;
    }
}
