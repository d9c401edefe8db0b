namespace MarketData.Cli.Up;

/// <summary>What became of every event, in sentences that are true however <c>up</c> ended.</summary>
internal static class StopSummary
{
    /// <param name="sinks">The lanes after their drain.</param>
    /// <param name="complete">Whether every collector and the archiver ended in order and left nothing behind.</param>
    /// <param name="diskIsKept">Whether what waits on disk outlives this process.</param>
    public static IReadOnlyList<string> Sentences(IReadOnlyList<SinkLine> sinks, bool complete, bool diskIsKept)
    {
        if (sinks.Any(sink => sink.In != sink.Acknowledged + sink.Conflated + sink.Spilled + sink.Rejected))
            return ["The counters of a lane do not add up: please report this."];
        var isWhole = sinks.All(sink => sink is { Lost: 0, Spilled: 0 });
        var head = !isWhole ? "Not every event was delivered:"
            : !complete ? "Not everything ended in order, the log says why; every event that was taken is accounted for."
            : "Every event is accounted for: in = acknowledged + conflated + rejected on every lane"
                + (sinks.Any(sink => sink.Rejected > 0) ? "; none is lost." : ".");
        return
        [
            head,
            .. sinks.SelectMany(sink => Line(sink.Lost, sink.Sink == UpArchive.Sink
                ? "are not in the files." : $"of {sink.Collector} are lost for {sink.Sink}; the log says why.")),
            .. Line(sinks.Sum(sink => sink.Spilled), diskIsKept
                ? "wait on disk for the next start, which sends them."
                : "were on disk, waiting for Kafka, and end with this process."),
            .. Line(sinks.Where(sink => sink.Sink == "kafka").Sum(sink => sink.Rejected - sink.Lost - sink.Fenced),
                "were refused by Kafka; they are on the dead-letter topic and in the ledger."),
            .. Line(sinks.Sum(sink => sink.DeadLettersLost), "dead letters or reports of refused events could not be kept; the log has them."),
            .. Line(sinks.Sum(sink => sink.Fenced), "were left to the replica that owns their instruments."),
            .. Line(sinks.Where(sink => sink.Sink == "redis").Sum(sink => sink.Rejected - sink.Lost),
                "were refused on their way to Redis, which shows the latest only; the log says why."),
            .. Line(sinks.Where(sink => sink.Sink == UpArchive.Sink).Sum(sink => sink.Rejected - sink.Lost),
                "could not be stored as files; the log says why."),
        ];
    }

    private static IEnumerable<string> Line(long count, string what) => count > 0 ? [$"  {Format.Count(count)} {what}"] : [];
}
