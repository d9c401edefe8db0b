namespace MarketData.Coverage;

/// <summary>An incident while the events that tell it are read.</summary>
internal sealed class OpenIncident
{
    public required CoverageCause Cause { get; set; }

    public required string Source { get; init; }

    public required long From { get; set; }

    public required long Epoch { get; set; }

    public long? FromId { get; init; }

    /// <summary>When the trade of <see cref="FromId"/> was made; null when that is not known.</summary>
    public long? FromIdAt { get; init; }

    public long? To { get; set; }

    public long? ToId { get; set; }

    public CoverageEnd End { get; set; }

    public List<string> Details { get; } = [];

    public void Close(CoverageEnd end, long at, long? toId = null) => (End, To, ToId) = (end, Math.Max(at, From), toId ?? ToId);

    public void Reopen() => (End, To) = (CoverageEnd.Open, null);

    public CoverageIncident ToIncident() => new()
    {
        Cause = Cause,
        End = End,
        Source = Source,
        FromUnixMs = From,
        ToUnixMs = To,
        FromId = FromId,
        ToId = ToId,
        Details = Details,
    };
}
