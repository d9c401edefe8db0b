using System.Globalization;
using System.Text.RegularExpressions;

namespace MarketData.ClickHouse.Engine;

/// <summary>The engine refused a statement; the text starts with <c>Code: N.</c> as a server's does.</summary>
internal sealed partial class EngineException(string message) : Exception(message)
{
    public int Code { get; } =
        CodeInText().Match(message) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 1002;

    [GeneratedRegex(@"Code: (\d+)")]
    private static partial Regex CodeInText();
}
