namespace Deribit.Client.Protocol;

/// <summary>The other side's words, made fit for a log or an exception: bounded, and without control characters.</summary>
internal static class Words
{
    private const int MostCharacters = 1_000;

    /// <summary>Cuts the text and replaces control characters; null stays null.</summary>
    public static string? Printable(string? text)
    {
        if (text is null || (text.Length <= MostCharacters && !text.AsSpan().ContainsAnyInRange('\0', '\u001F')))
        {
            return text;
        }

        return string.Create(Math.Min(text.Length, MostCharacters), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
    }
}
