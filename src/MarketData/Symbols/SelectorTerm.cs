using System.Globalization;
using MarketData.Exchanges;

namespace MarketData.Symbols;

/// <summary>
/// One condition of a property selector: <c>kind=option</c>, <c>strike&gt;=90000</c>, <c>expiry&lt;=60d</c>. Immutable; any thread.
/// </summary>
internal sealed class SelectorTerm
{
    /// <summary>Nothing listed expires later, and no date overflows.</summary>
    private const int LongestDays = 36_500;

    private const string Never = "never";

    // More is no help on one line.
    private const int MostWords = 12;

    private readonly string[] _alternatives;
    private readonly decimal _number;
    private readonly TimeSpan? _fromNow;
    private readonly DateTimeOffset? _date;

    private SelectorTerm(SelectorProperty property, string comparison, string value)
    {
        (Property, Comparison, Value) = (property, comparison, value);
        _alternatives = value.Split('|');
        if (property == SelectorProperty.Strike)
            _number = decimal.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        if (property == SelectorProperty.Expiry && value != Never)
        {
            _fromNow = ParseDuration(value);
            _date = _fromNow is null ? ParseDate(value) : null;
        }
    }

    public SelectorProperty Property { get; }

    /// <summary><c>=</c>, <c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</summary>
    public string Comparison { get; }

    public string Value { get; }

    /// <summary>Makes a term of its three parts.</summary>
    /// <returns>Null when they do not go together; the fault then says why.</returns>
    public static SelectorTerm? Create(SelectorProperty property, string comparison, string value, out string fault)
    {
        fault = Fault(property, comparison, value);
        return fault.Length == 0 ? new SelectorTerm(property, comparison, value) : null;
    }

    /// <summary>Whether the instrument has the property and it is as asked. What an instrument does not have never matches.</summary>
    public bool Matches(Instrument instrument, DateTimeOffset now) => Property switch
    {
        SelectorProperty.Strike => instrument.Strike is { } strike && Holds(strike.CompareTo(_number)),
        SelectorProperty.Expiry => MatchesExpiry(instrument, now),
        _ => Text(instrument) is { Length: > 0 } text && IsOneOf(text) == (Comparison == "="),
    };

    /// <summary>When the answer for the instrument may change by time alone; null when it never does.</summary>
    public DateTimeOffset? NextChange(Instrument instrument, DateTimeOffset now) =>
        _fromNow is { } fromNow && instrument.ExpiresAt is { } expires && expires - fromNow is var at && at >= now
            // A tick beyond the boundary, on whose either side "<=" and "<" differ.
            ? at.AddTicks(1)
            : null;

    /// <summary>A sentence with what may have been meant, of what instruments have, with a blank before it; empty when nothing is near.</summary>
    public string HintFrom(IEnumerable<Instrument> instruments)
    {
        if (Property is SelectorProperty.Strike or SelectorProperty.Expiry or SelectorProperty.Name || Comparison != "=")
            return "";
        var words = instruments.Select(Text).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var near = _alternatives.Select(word => SymbolHints.ForName(word, words, 1)).FirstOrDefault(hint => hint.Length > 0) ?? "";
        return near.Length > 0 || words.Count is 0 or > MostWords ? near : $" There are {string.Join(", ", words)}.";
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Property.ToString().ToLowerInvariant()}{Comparison}{Value}";

    private bool MatchesExpiry(Instrument instrument, DateTimeOffset now)
    {
        if (Value == Never)
            return instrument.ExpiresAt is null == (Comparison == "=");
        if (instrument.ExpiresAt is not { } expires)
            return false;
        if (_fromNow is { } fromNow)
            return Holds((expires - now).CompareTo(fromNow));
        return Comparison is "=" or "!="
            ? expires.UtcDateTime.Date == _date!.Value.UtcDateTime.Date == (Comparison == "=")
            : Holds(expires.CompareTo(_date!.Value));
    }

    private bool Holds(int order) => Comparison switch
    {
        "=" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    private bool IsOneOf(string text)
    {
        var comparison = Property == SelectorProperty.Name ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return _alternatives.Any(pattern => SymbolHints.IsMatch(pattern, text, comparison));
    }

    private string Text(Instrument instrument) => Property switch
    {
        SelectorProperty.Name => instrument.Name,
        SelectorProperty.Kind => instrument.Kind,
        SelectorProperty.Currency => instrument.BaseCurrency,
        SelectorProperty.Quote => instrument.QuoteCurrency,
        SelectorProperty.Settlement => instrument.SettlementCurrency,
        SelectorProperty.Period => instrument.SettlementPeriod,
        SelectorProperty.Type => instrument.ContractType,
        SelectorProperty.Index => instrument.PriceIndex,
        _ => instrument.OptionType,
    };

    private static string Fault(SelectorProperty property, string comparison, string value)
    {
        var name = property.ToString().ToLowerInvariant();
        switch (property)
        {
            case SelectorProperty.Strike:
                return decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
                    ? "" : $"strike wants a number, such as strike>=90000, not {SymbolHints.Quote(value)}";
            case SelectorProperty.Expiry when value == Never:
                return comparison is "=" or "!=" ? "" : "expiry and never go with = and != only";
            case SelectorProperty.Expiry when ParseDuration(value) is not null:
                return comparison is "=" or "!=" ? $"an expiry {value} from now is a moment: compare with <=, <, >= or >" : "";
            case SelectorProperty.Expiry:
                return ParseDate(value) is not null
                    ? "" : $"expiry wants a time from now (60d, 12h), a date (2026-12-25) or never, not {SymbolHints.Quote(value)}";
            default:
                return comparison is "=" or "!="
                    ? value.Split('|').Any(one => one.Length == 0) ? $"{name} has an empty alternative" : ""
                    : $"{name} is a word: compare with = or !=, not {comparison}";
        }
    }

    private static TimeSpan? ParseDuration(string text)
    {
        double hours = text.Length < 2 ? 0 : text[^1] switch { 'h' => 1, 'd' => 24, 'w' => 7 * 24, _ => 0 };
        return hours > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count * hours <= LongestDays * 24.0
            ? TimeSpan.FromHours(count * hours)
            : null;
    }

    private static DateTimeOffset? ParseDate(string text) =>
        DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : null;
}
