namespace MarketData.Parquet.Files;

/// <summary>The rows of a batch that go to one file: those of one exchange and day.</summary>
internal sealed class TablePart(string exchange, DateOnly day, IReadOnlyList<object[]> rows)
{
    public string Exchange => exchange;

    public DateOnly Day => day;

    public IReadOnlyList<object[]> Rows => rows;

    /// <summary>Whether its file is there: it is not written again when another part has to be.</summary>
    public bool IsStored { get; set; }
}
