using System.Globalization;

namespace Deribit.Client.Json;

/// <summary>
/// Strings of a small vocabulary (states, directions, instrument names), made once per word. A word that no longer fits the table is made
/// anew each time it is met.
/// </summary>
/// <param name="maxCount">The most words that are remembered.</param>
internal sealed class Utf8Words(int maxCount)
{
    private readonly Utf8Table<string> _words = new(maxCount);

    /// <summary>Takes the next string of the text.</summary>
    /// <exception cref="DeribitProtocolException">It is no string, is malformed, too long, or not UTF-8.</exception>
    public string Read(ref Utf8Scanner scanner) => Intern(ref scanner, scanner.ReadWord());

    /// <summary>The string of a word that was taken already.</summary>
    /// <exception cref="DeribitProtocolException">It is not UTF-8.</exception>
    public string Intern(ref Utf8Scanner scanner, ReadOnlySpan<byte> word)
    {
        if (_words.Find(word) is { } known) return known;
        string text = scanner.ToText(word);
        _words.TryAdd(word, text);
        return text;
    }

    /// <summary>As <see cref="Read"/>; any value that is no string is skipped as null.</summary>
    public string? ReadOptional(ref Utf8Scanner scanner)
    {
        if (scanner.IsAtString()) return Read(ref scanner);
        scanner.SkipValue();
        return null;
    }

    /// <summary>As <see cref="ReadOptional"/>, but a number is taken as its own text.</summary>
    public string? ReadStringOrNumber(ref Utf8Scanner scanner) =>
        scanner.IsAtNumber() ? ReadIdentifier(ref scanner) : ReadOptional(ref scanner);

    /// <summary>
    /// Takes an id that the exchange writes as a string or as a number, as text that is not remembered; any other value is skipped as null.
    /// </summary>
    public static string? ReadIdentifier(ref Utf8Scanner scanner)
    {
        if (scanner.IsAtString()) return scanner.ReadText();
        if (!scanner.IsAtNumber())
        {
            scanner.SkipValue();
            return null;
        }

        ScannedNumber number = scanner.ReadNumber();
        return number.TryGetInt64(out long id)
            ? id.ToString(CultureInfo.InvariantCulture)
            : scanner.ToText(scanner.Slice(number.Start, Math.Min(number.Length, Utf8Scanner.MaxKeptBytes)));
    }
}
