using CsCheck;
using MarketData.Trades;

namespace MarketData.Tests.Trades;

public sealed class TradeTapePropertyTests
{
    // Arrivals of a sequence in any order, with repeats and losses: numbers that wander upwards.
    private static readonly Gen<long[]> s_arrivals = Gen.Int[-12, 14].Array[1, 200].Select(steps =>
    {
        long at = 1000;
        return Array.ConvertAll(steps, step => at += step);
    });

    [Fact]
    public void Every_trade_is_published_exactly_once_and_the_ledger_names_exactly_what_is_missing() =>
        s_arrivals.Sample(
            arrivals =>
            {
                var rig = new TapeRig().Accept(arrivals);
                Assert.Equal(arrivals.Distinct(), rig.Output.OfType<TradeEvent>().Select(trade => trade.TradeSequence));
                // What the events say is missing: everything in a gap that has not been published since.
                var missing = new HashSet<long>();
                foreach (var marketEvent in rig.Output)
                {
                    switch (marketEvent)
                    {
                        case TradeEvent trade:
                            missing.Remove(trade.TradeSequence);
                            break;
                        case IntegrityEvent { Kind: IntegrityKind.TradeGap } gap:
                            missing.UnionWith(Numbers(gap.FromId, gap.ToId));
                            break;
                        case IntegrityEvent { Kind: IntegrityKind.Backfilled } end:
                            Assert.DoesNotContain(Numbers(end.FromId, end.ToId), missing.Contains);
                            break;
                    }
                }

                var truth = Numbers(arrivals[0], arrivals.Max()).Except(arrivals).ToHashSet();
                Assert.Equal(truth.Order(), missing.Order());
                Assert.Equal(truth.Count, rig.Set.Counts.Missing);
                Assert.Equal(truth.Count, rig.Tape.OpenGaps.Sum(gap => gap.Missing));
                var opened = rig.Integrity.Count(e => e.Kind == IntegrityKind.TradeGap);
                Assert.Equal(opened, rig.Tape.OpenGaps.Count + rig.Integrity.Count(e => e.Kind == IntegrityKind.Backfilled));
            },
            iter: 1000);

    [Fact]
    public void With_few_ranges_no_trade_is_lost_without_an_event() =>
        Gen.Select(s_arrivals, Gen.Int[2, 4]).Sample(
            (arrivals, ranges) =>
            {
                var rig = new TapeRig(new TradeTapeOptions { MaxRanges = ranges, HoldFor = TimeSpan.Zero }).Accept(arrivals);
                var published = rig.Output.OfType<TradeEvent>().Select(trade => trade.TradeSequence).ToList();
                Assert.Equal(published.Distinct(), published);
                var givenUp = rig.Integrity
                    .Where(e => e.Kind == IntegrityKind.Unrecoverable)
                    .SelectMany(e => Numbers(e.FromId, e.ToId))
                    .ToHashSet();
                Assert.All(arrivals.Except(published), lost => Assert.Contains(lost, givenUp));
                Assert.Equal(rig.Set.Counts.GivenUp, givenUp.Count);
            },
            iter: 1000);

    [Fact]
    public void Ranges_hold_exactly_what_was_added() =>
        Gen.Long[0, 60].Array[0, 80].Sample(
            numbers =>
            {
                var ranges = new SequenceRanges();
                var reference = new HashSet<long>();
                foreach (var number in numbers)
                {
                    Assert.Equal(reference.Contains(number), ranges.Contains(number));
                    if (reference.Add(number)) ranges.Add(number);
                }

                for (long number = -1; number < 62; number++) Assert.Equal(reference.Contains(number), ranges.Contains(number));
                Assert.Equal(reference.Count(number => !reference.Contains(number - 1)), ranges.Count);
            },
            iter: 2000);

    private static IEnumerable<long> Numbers(long? from, long? to)
    {
        for (var number = from; number <= to; number++) yield return number!.Value;
    }
}
