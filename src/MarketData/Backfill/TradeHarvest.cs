using System.Globalization;
using MarketData.History;
using MarketData.Trades;

namespace MarketData.Backfill;

/// <summary>
/// Which numbers of a run there are. Comes in: what the history has, and what hosts give. Goes out: what is missing, and why. Owns: the sets of numbers.
/// </summary>
/// <param name="bounds">The numbers of the interval.</param>
internal sealed class TradeHarvest(TradeBounds bounds)
{
    private readonly SequenceRanges _have = new();

    // Those, and the numbers under which hosts gave a trade of another time.
    private readonly SequenceRanges _answered = new();

    private long _earliestMs = long.MaxValue;
    private long _latestMs = long.MinValue;

    /// <summary>Whether the trade with this number is there.</summary>
    public bool Has(long number) => _have.Contains(number);

    /// <summary>Takes a run of numbers that the history has.</summary>
    public void AddStored(NumberRange run)
    {
        _have.AddRange(run.From, run.To);
        _answered.AddRange(run.From, run.To);
    }

    /// <summary>Takes a number that a host gave and that was not there.</summary>
    public void Add(long number)
    {
        _have.Add(number);
        if (!_answered.Contains(number))
            _answered.Add(number);
    }

    /// <summary>Takes a number under which a host gave a trade of another time: another host may have the right one, but to ask again is of no use.</summary>
    public void AddElsewhere(long number, long unixMs)
    {
        if (_answered.Contains(number))
            return;
        _answered.Add(number);
        (_earliestMs, _latestMs) = (Math.Min(_earliestMs, unixMs), Math.Max(_latestMs, unixMs));
    }

    /// <summary>What is not there, ascending.</summary>
    public List<NumberRange> Missing() => Outside(_have, bounds.First, bounds.Last);

    /// <summary>What of it no host has given in any form.</summary>
    public List<NumberRange> Unanswered() => Outside(_answered, bounds.First, bounds.Last);

    /// <summary>What is not there, and why.</summary>
    /// <param name="oldest">The oldest number that is served; null when none is.</param>
    /// <param name="attempts">How often the exchange was asked for what it left out.</param>
    public IEnumerable<BackfillGap> Gaps(long? oldest, int attempts)
    {
        foreach (var range in Missing())
        {
            var from = range.From;
            foreach (var silent in Outside(_answered, range.From, range.To))
            {
                if (from < silent.From)
                    yield return Elsewhere(new NumberRange(from, silent.From - 1));
                foreach (var gap in Silent(silent, oldest, attempts))
                    yield return gap;
                from = silent.To + 1;
            }

            if (from <= range.To)
                yield return Elsewhere(range with { From = from });
        }
    }

    private BackfillGap Elsewhere(NumberRange range) => new(
        range,
        $"The exchange gives trades of another time under these numbers, more than an hour outside the interval ({Time(_earliestMs)}"
        + $"{(_latestMs > _earliestMs ? $" to {Time(_latestMs)}" : "")}): it counts anew, or its clock was wrong.");

    // What is older than all that is served has another reason than what was left out.
    private static IEnumerable<BackfillGap> Silent(NumberRange range, long? oldest, int attempts)
    {
        if (oldest is { } served && range.From < served)
        {
            yield return new BackfillGap(
                range with { To = Math.Min(range.To, served - 1) },
                string.Create(CultureInfo.InvariantCulture, $"They are no longer served: the oldest trade that the exchange gives is seq {served}."));
            range = range with { From = served };
        }

        if (range.From <= range.To)
            yield return new BackfillGap(range, string.Create(CultureInfo.InvariantCulture, $"The exchange was asked {attempts} times and gave none of them."));
    }

    private static List<NumberRange> Outside(SequenceRanges numbers, long first, long last)
    {
        var outside = new List<NumberRange>();
        for (var from = numbers.NextMissing(first); from <= last;)
        {
            var to = numbers.EndOfHole(from, last);
            outside.Add(new NumberRange(from, to));
            from = numbers.NextMissing(to + 1);
        }

        return outside;
    }

    private static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
