using System.Globalization;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Reads one TOML file. Comes in: its text. Goes out: flat settings with file and line, or the syntax faults. Sample:
/// <code>[exchanges.deribit]
/// symbols = ["BTC-PERPETUAL"]      # exchanges:deribit:symbols, one item, config/default.toml:2</code>
/// </summary>
internal static class TomlSettings
{
    /// <summary>Reads the text; a file with a syntax fault yields faults and no settings.</summary>
    public static IReadOnlyList<Setting> Read(string text, string fileName, List<ConfigurationFault> faults)
    {
        var document = SyntaxParser.Parse(text, fileName, validate: true);
        if (document.HasErrors)
        {
            faults.AddRange(document.Diagnostics
                .Where(item => item.Kind == DiagnosticMessageKind.Error)
                .Select(item => Fault(item, text, fileName)));
            return [];
        }

        var settings = new List<Setting>();
        AddAll("", document.KeyValues, fileName, settings);
        foreach (var table in document.Tables)
        {
            var name = Path("", table.Name!);
            if (table is TableArraySyntax)
                settings.Add(new(name, "", Origin(fileName, table), SettingShape.Other));
            else
                AddAll(name, table.Items, fileName, settings);
        }

        return settings;
    }

    private static void AddAll(string prefix, IEnumerable<KeyValueSyntax> pairs, string fileName, List<Setting> settings)
    {
        foreach (var pair in pairs)
        {
            var name = Path(prefix, pair.Key!);
            if (pair.Value is InlineTableSyntax inline)
                AddAll(name, inline.Items.Select(item => item.KeyValue!), fileName, settings);
            else
                settings.Add(ToSetting(name, pair.Value!, Origin(fileName, pair)));
        }
    }

    private static Setting ToSetting(string name, ValueSyntax value, string origin) => value switch
    {
        StringValueSyntax text => new(name, text.Value ?? "", origin, SettingShape.Text),
        IntegerValueSyntax integer => new(name, integer.Value.ToString(CultureInfo.InvariantCulture), origin, SettingShape.Integer),
        FloatValueSyntax number => new(name, number.Value.ToString("R", CultureInfo.InvariantCulture), origin, SettingShape.Number),
        BooleanValueSyntax flag => new(name, flag.Value ? "true" : "false", origin, SettingShape.Boolean),
        ArraySyntax array when array.Items.All(item => item.Value is StringValueSyntax) =>
            new(name, "", origin, SettingShape.List, [.. array.Items.Select(item => ((StringValueSyntax)item.Value!).Value ?? "")]),
        _ => new(name, value.ToString().Trim(), origin, SettingShape.Other),
    };

    private static string Path(string prefix, KeySyntax key)
    {
        var parts = key.DotKeys.Select(dot => Word(dot.Key!)).Prepend(Word(key.Key!));
        return string.Join(':', prefix.Length == 0 ? parts : parts.Prepend(prefix));
    }

    private static string Word(BareKeyOrStringValueSyntax key) => key switch
    {
        StringValueSyntax quoted => quoted.Value ?? "",
        BareKeySyntax bare => bare.Key?.Text ?? "",
        _ => key.ToString().Trim(),
    };

    private static string Origin(string fileName, SyntaxNodeBase node) => $"{fileName}:{node.Span.Start.Line + 1}";

    private static ConfigurationFault Fault(DiagnosticMessage diagnostic, string text, string fileName)
    {
        var start = diagnostic.Span.Start;
        var lines = text.Split('\n');
        var line = start.Line < lines.Length ? lines[start.Line] : "";
        // The parser quotes what it stumbled over, which on such a line may be the secret itself.
        var mayHoldSecret = SecretRedactor.NamesSecret(line.Split('=')[0]) || line.Contains('@', StringComparison.Ordinal);
        var message = mayHoldSecret
            ? "The line cannot be read as TOML; its text is not shown since it may hold a secret."
            : diagnostic.Message.Trim();
        return new($"{fileName}:{start.Line + 1}:{start.Column + 1}", "", "TOML syntax: " + message);
    }
}
