namespace MarketData.Cli.Coverage;

/// <summary>A moment and the text that named it, which the help shows as a default.</summary>
/// <param name="Text">For example <c>-1h</c>.</param>
/// <param name="Moment">What it means.</param>
internal readonly record struct TypedTime(string Text, DateTimeOffset Moment)
{
    /// <summary>The moment in milliseconds since 1970.</summary>
    public long ToUnixTimeMilliseconds() => Moment.ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public override string ToString() => Text;
}
