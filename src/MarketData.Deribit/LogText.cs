namespace MarketData.Deribit;

/// <summary>
/// Words of the exchange for a log line or a sentence: bounded, and without anything that could look like another line or colour a terminal.
/// </summary>
internal static class LogText
{
    private const int Longest = 200;

    /// <summary>The text, with control characters as <c>\uXXXX</c> and cut after 200 characters.</summary>
    public static string Of(string text)
    {
        var cut = text.Length > Longest;
        var kept = cut ? text.AsSpan(0, Longest) : text;
        if (!cut && !kept.ContainsAnyInRange('\0', '\u001f') && !kept.ContainsAnyInRange('\u007f', '\u009f') && !kept.ContainsAny('\u2028', '\u2029'))
            return text;
        var output = new System.Text.StringBuilder(kept.Length + 16);
        foreach (var character in kept)
        {
            if (char.IsControl(character) || character is '\u2028' or '\u2029')
                output.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                output.Append(character);
        }

        return cut ? output.Append("... (").Append(text.Length).Append(" characters)").ToString() : output.ToString();
    }
}
