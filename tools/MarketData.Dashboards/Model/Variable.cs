namespace MarketData.Dashboards.Model;

/// <summary>What a person chooses at the top of a dashboard.</summary>
/// <param name="Name">Its name in queries.</param>
/// <param name="Label">Its name for people.</param>
internal abstract record Variable(string Name, string Label)
{
    /// <summary>Values that ClickHouse answers.</summary>
    internal sealed record FromClickHouse(string Name, string Label, string Sql) : Variable(Name, Label);

    /// <summary>Values of a label of Loki; several or all may be chosen.</summary>
    internal sealed record FromLoki(string Name, string Label, string LokiLabel) : Variable(Name, Label);

    /// <summary>Fixed values; several or all may be chosen.</summary>
    internal sealed record Choice(string Name, string Label, IReadOnlyList<string> Values) : Variable(Name, Label);

    /// <summary>Free text.</summary>
    internal sealed record Text(string Name, string Label) : Variable(Name, Label);
}
