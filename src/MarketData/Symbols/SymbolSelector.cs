using System.Buffers;
using System.Text.RegularExpressions;
using MarketData.Exchanges;

namespace MarketData.Symbols;

/// <summary>
/// Which instruments an operator means: a name (<c>BTC-PERPETUAL</c>), a pattern (<c>BTC-*</c>), or properties
/// (<c>kind=option currency=BTC expiry&lt;=60d</c>), all of which must hold. Immutable; any thread.
/// <para>Grammar of properties: terms separated by spaces, each <c>property comparison value</c>; <c>a|b</c> means one of both.</para>
/// </summary>
public sealed partial class SymbolSelector
{
    /// <summary>
    /// Longest selector accepted, in characters; selectors become Kafka keys. A name or a pattern is limited as names are
    /// (<see cref="SymbolSelection.MaxNameLength"/>).
    /// </summary>
    public const int MaxLength = 256;

    private static readonly SearchValues<char> s_characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-*|<>=! ");

    private readonly IReadOnlyList<SelectorTerm> _terms;

    private SymbolSelector(string text, IReadOnlyList<SelectorTerm> terms) => (Text, _terms) = (text, terms);

    /// <summary>The selector as it is written in keys: terms in a fixed order, one space between them.</summary>
    public string Text { get; }

    /// <summary>Whether it is the name of one instrument.</summary>
    public bool IsName => _terms.Count == 0 && !Text.Contains('*');

    /// <summary>Whether it asks for properties.</summary>
    public bool HasProperties => _terms.Count > 0;

    /// <summary>Reads what a person or a record says.</summary>
    /// <param name="text">The text; at most <see cref="MaxLength"/> characters of a small alphabet, so that it cannot forge another key.</param>
    /// <param name="fault">Why it is no selector, as part of a sentence; empty when it is one.</param>
    /// <returns>The selector; null when the text is none.</returns>
    public static SymbolSelector? TryParse(string? text, out string fault)
    {
        fault = "";
        var hasComparison = text.AsSpan().IndexOfAny("=<>!") >= 0;
        if (hasComparison && text!.Length > MaxLength)
        {
            fault = $"{SymbolHints.Quote(text)} has {text.Length} characters; properties may have {MaxLength}";
            return null;
        }

        if (hasComparison && !text.AsSpan().ContainsAnyExcept(s_characters))
            return ParseTerms(text!, out fault);
        if (text is not null && SymbolSelection.IsValidName(text.Replace('*', 'x')))
            return new SymbolSelector(text, []);
        fault = $"{SymbolHints.Quote(text)} is not a name or a pattern; "
            + $"use 1 to {SymbolSelection.MaxNameLength} letters, digits, \"_\", \".\", \"-\" and \"*\"";
        return null;
    }

    /// <summary>Whether the instrument is meant at this moment.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="now">Our clock; a time from now in the selector counts from it.</param>
    public bool Matches(Instrument instrument, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return HasProperties
            ? _terms.All(term => term.Matches(instrument, now))
            : SymbolHints.IsMatch(Text, instrument.Name, StringComparison.Ordinal);
    }

    /// <summary>When the answer for the instrument may change by time alone; null when it never does.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="now">Our clock.</param>
    public DateTimeOffset? NextChange(Instrument instrument, DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var term in _terms)
        {
            if (term.NextChange(instrument, now) is { } at && (next is null || at < next))
                next = at;
        }

        return next;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Says which of the properties leaves none of the instruments, and what may have been meant by it.</summary>
    internal string DescribeMiss(IReadOnlyList<Instrument> offered, DateTimeOffset now)
    {
        var left = offered;
        var held = 0;
        while (held < _terms.Count - 1 && left.Where(one => _terms[held].Matches(one, now)).ToList() is { Count: > 0 } fewer)
            (left, held) = (fewer, held + 1);
        var missed = _terms[held];
        return (held == 0
            ? $"none of the exchange's {offered.Count} instruments has \"{missed}\"."
            : $"{left.Count} {(left.Count == 1 ? "matches" : "match")} {string.Join(' ', _terms.Take(held))}; none of them has {missed}.") + missed.HintFrom(left);
    }

    private static SymbolSelector? ParseTerms(string text, out string fault)
    {
        var terms = new List<SelectorTerm>();
        foreach (var word in AroundComparison().Replace(text, "$1").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = Term().Match(word);
            if (!parts.Success)
            {
                fault = $"{SymbolHints.Quote(word)} is no condition; write them like kind=option, strike>=90000 or expiry<=60d";
                return null;
            }

            if (FindProperty(parts.Groups[1].Value, out fault) is not { } property
                || SelectorTerm.Create(property, parts.Groups[2].Value, parts.Groups[3].Value, out fault) is not { } term)
                return null;
            if (terms.Exists(other => other.Property == term.Property && other.Comparison == term.Comparison))
            {
                fault = $"{parts.Groups[1].Value}{term.Comparison} stands twice; write one value, or alternatives as a|b";
                return null;
            }

            terms.Add(term);
        }

        terms.Sort((left, right) => left.Property != right.Property
            ? left.Property.CompareTo(right.Property)
            : string.CompareOrdinal(left.Comparison, right.Comparison));
        fault = "";
        return new SymbolSelector(string.Join(' ', terms), terms);
    }

    private static SelectorProperty? FindProperty(string word, out string fault)
    {
        fault = "";
        var name = word.ToLowerInvariant() switch
        {
            "base" or "base_currency" => "currency",
            "quote_currency" => "quote",
            "settlement_currency" => "settlement",
            "settlement_period" => "period",
            "option_type" => "option",
            "instrument_type" => "type",
            "price_index" => "index",
            "expires" or "expiration" => "expiry",
            var same => same,
        };
        if (Enum.TryParse<SelectorProperty>(name, ignoreCase: true, out var property))
            return property;
        var known = Enum.GetNames<SelectorProperty>().Select(one => one.ToLowerInvariant()).ToList();
        fault = $"{SymbolHints.Quote(word)} is no property.{SymbolHints.ForName(name, known, 1)} Known are {string.Join(", ", known)}";
        return null;
    }

    [GeneratedRegex(" *(<=|>=|!=|=|<|>) *", RegexOptions.CultureInvariant)]
    private static partial Regex AroundComparison();

    [GeneratedRegex("^([A-Za-z_]+)(<=|>=|!=|=|<|>)([A-Za-z0-9_.*|-]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Term();
}
