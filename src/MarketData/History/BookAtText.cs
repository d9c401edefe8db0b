using System.Globalization;
using MarketData.Coverage;

namespace MarketData.History;

/// <summary>What the book of an instant is worth, in sentences.</summary>
internal static class BookAtText
{
    private static readonly long LastMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static string InFuture(long atUnixMs, long nowUnixMs) => $"No book: {Time(atUnixMs)} is yet to come; it is {Time(nowUnixMs)}.";

    public static string Unknown(string key) =>
        $"No book: the history holds no snapshot of {key}: it was never archived, or the name is misspelt.";

    public static string Before(string key, long beginUnixMs) =>
        $"No book: the history of {key} begins at {Time(beginUnixMs)}, after this instant.";

    public static string Of(BookAt answer, OrderBookEvent? next, long? closedAtUnixMs)
    {
        var incidents = string.Concat(answer.Incidents.Select(incident => " " + Incident(incident)));
        return answer.State switch
        {
            BookAtState.Proven => answer.Proof switch
            {
                BookProof.Continued => "Proven: the next change continues this one.",
                BookProof.SentAgain => $"Proven: the exchange sent the same book again; it was received at {Seen(next!)}.",
                _ => $"Proven: the live book was still the same at {Seen(next!)}.",
            } + incidents,
            BookAtState.Incident => "Last known: the book was not proven at this instant." + incidents,
            BookAtState.Broken => "Last known: " + Hole(answer.Hole!) + incidents,
            BookAtState.Closed => $"Last known: the instrument was not collected any more; the ledger has a closed at {Time(closedAtUnixMs ?? 0)}.",
            _ => $"Last known: the history holds nothing after change {Number(answer.Book!.ChangeId)} that would prove it.",
        };
    }

    /// <summary>An incident of the ledger as a sentence.</summary>
    private static string Incident(CoverageIncident incident)
    {
        var end = incident.ToUnixMs is { } to ? $"to {Time(to)}" : "with no end in the ledger";
        return $"Incident of the ledger: {Word(incident.Cause)} from {Time(incident.FromUnixMs)} {end}. {string.Join(' ', incident.Details)}".TrimEnd();
    }

    private static string Hole(BookHole hole) =>
        $"the history has a hole between change {Number(hole.FromChangeId)} of {Time(hole.FromUnixMs)} and change {Number(hole.ToChangeId)}; "
        + $"what follows is of {Time(hole.ToUnixMs)}.";

    public static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMs, 0, LastMs)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Seen(OrderBookEvent snapshot) => Time(BookTravel.SeenNs(snapshot) / 1_000_000);

    private static string Word(CoverageCause cause) => cause.ToString().ToLowerInvariant();

    private static string Number(long id) => id.ToString(CultureInfo.InvariantCulture);
}
