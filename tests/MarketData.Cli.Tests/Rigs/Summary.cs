using System.Globalization;
using System.Text.RegularExpressions;

namespace MarketData.Cli.Tests.Rigs;

/// <summary>What <c>up</c> says at its end.</summary>
internal sealed partial record Summary(long Events, long GapsHealed, long GapsOpened, IReadOnlyList<SummaryLane> Lanes)
{
    /// <summary>Reads the summary out of everything that was printed.</summary>
    public static Summary Of(ChildProcess up)
    {
        var lines = up.Output.SkipWhile(line => !line.StartsWith("Stopped after ", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count > 0, up.Everything);
        var head = Head().Match(lines[0]);
        Assert.True(head.Success, lines[0]);
        return new Summary(
            Number(head, 1), Number(head, 2), Number(head, 3),
            [.. lines.Select(line => Lane().Match(line)).Where(match => match.Success).Select(match => new SummaryLane(
                match.Groups[1].Value, match.Groups[2].Value, Number(match, 3), Number(match, 4), Number(match, 5), Number(match, 6)))]);
    }

    public SummaryLane Of(string sink, string collector) => Assert.Single(Lanes, lane => (lane.Sink, lane.Collector) == (sink, collector));

    private static long Number(Match match, int group) =>
        long.Parse(match.Groups[group].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^Stopped after \S+ ([0-9,]+) events of [0-9,]+ instruments, ([0-9,]+) of ([0-9,]+) gaps healed\.$")]
    private static partial Regex Head();

    [GeneratedRegex(@"^  (kafka|redis|files) +(\w+) +acknowledged ([0-9,]+), queued ([0-9,]+), conflated ([0-9,]+), rejected ([0-9,]+)")]
    private static partial Regex Lane();
}
