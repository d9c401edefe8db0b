namespace MarketData.Backfill;

/// <summary>Is told how a backfill does, by the thread that runs it.</summary>
public interface IBackfillProgress
{
    /// <summary>What is to be fetched is known; called once, unless nothing is known of the range.</summary>
    /// <param name="missing">How many rows.</param>
    void Begin(long missing);

    /// <summary>More rows were fetched.</summary>
    /// <param name="count">How many.</param>
    void Fetched(long count);

    /// <summary>More rows are stored.</summary>
    /// <param name="count">How many.</param>
    void Stored(long count);

    /// <summary>Something that takes time, or is tried again.</summary>
    /// <param name="sentence">A full sentence for people.</param>
    void Say(string sentence);
}
