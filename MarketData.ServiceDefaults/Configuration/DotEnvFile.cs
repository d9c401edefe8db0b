namespace MarketData.ServiceDefaults;

/// <summary>
/// Reads a <c>.env</c> file: one <c>KEY=VALUE</c> a line; <c>export </c> in front, blank lines and <c>#</c> comments are allowed. A value
/// in single quotes is taken as it is; in double quotes <c>\n \r \t \" \\</c> are replaced; without quotes it ends before <c> #</c>.
/// <code>export DERIBIT_KEY="abc"   # the key</code>
/// </summary>
internal static class DotEnvFile
{
    /// <summary>Reads the text into settings named by their variable; a line that cannot be read is a fault and is left out.</summary>
    public static IReadOnlyList<Setting> Read(string text, string fileName, List<ConfigurationFault> faults)
    {
        var settings = new List<Setting>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim().TrimStart('\uFEFF');
            if (line.Length == 0 || line[0] == '#') continue;
            var origin = $"{fileName}:{number}";
            if (line.StartsWith("export ", StringComparison.Ordinal)) line = line["export ".Length..].TrimStart();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals > 0 ? line[..equals].TrimEnd() : "";
            if (!IsName(name))
                faults.Add(new(
                    origin, "", "The line is not KEY=VALUE. A key has letters, digits, '_' and '.', and does not start with a digit."));
            else if (Value(line[(equals + 1)..].Trim()) is { } value)
                settings.Add(new(name, value, origin));
            else
                faults.Add(new(origin, name, "has a quote that is not closed on its line, or text after the closing quote."));
        }

        return settings;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');

    private static string? Value(string text)
    {
        if (text.Length == 0 || text[0] is not ('"' or '\'')) return WithoutComment(text);
        var quote = text[0];
        var value = new System.Text.StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == quote)
                return WithoutComment(text[(i + 1)..]).Length == 0 ? value.ToString() : null;
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length)
                value.Append(Unescape(text[++i]));
            else
                value.Append(text[i]);
        }

        return null;
    }

    private static string WithoutComment(string text)
    {
        if (text.StartsWith('#')) return "";
        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return (comment < 0 ? text : text[..comment]).Trim();
    }

    private static string Unescape(char c) => c switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        '"' or '\\' or '$' => c.ToString(),
        _ => "\\" + c,
    };
}
