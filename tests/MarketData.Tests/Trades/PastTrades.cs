using MarketData.Trades;

namespace MarketData.Tests.Trades;

/// <summary>
/// What an exchange answers about past trades, with its silences: a range that begins before the oldest trade kept is shifted, one that is
/// wholly before it is empty, and a page has a limit. Every trade's id is <c>T</c> and its number.
/// </summary>
internal sealed class PastTrades(TapeRig rig)
{
    public long Newest { get; set; }

    public long Oldest { get; set; } = 1;

    public long OldestInArchive { get; set; } = 1;

    public int PageSize { get; set; } = 1000;

    /// <summary>Numbers that no host tells of.</summary>
    public HashSet<long> Forgotten { get; } = [];

    /// <summary>The requests so far, in short.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Answers requests until none is due.</summary>
    /// <returns>How many were answered.</returns>
    public int AnswerAll()
    {
        var count = 0;
        while (rig.Set.TakeRequest() is { } request)
        {
            Answer(request);
            Assert.True(++count < 10_000, "The tape asks without end.");
        }

        return count;
    }

    public void Answer(TradeRequest request)
    {
        Asked.Add($"{(request.FromArchive ? "archive " : "")}{request.Kind} {request.FromSequence}..{request.ToSequence}");
        var oldest = request.FromArchive ? OldestInArchive : Oldest;
        var from = Math.Max(oldest, request.Kind == TradeRequestKind.Newest ? Newest - request.Count + 1 : request.FromSequence);
        var page = new List<TradeEvent>();
        var at = from;
        for (; at <= Math.Min(Newest, request.ToSequence ?? Newest) && page.Count < PageSize; at++)
        {
            if (!Forgotten.Contains(at)) page.Add(TapeRig.Trade(at, source: TradeSource.Backfill));
        }

        request.Tape.Answered(request, page, at <= Math.Min(Newest, request.ToSequence ?? Newest), rig.Output);
    }
}
