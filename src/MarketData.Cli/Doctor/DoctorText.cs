using System.Text;
using System.Text.Json;

using MarketData.Checks;

using Spectre.Console;

namespace MarketData.Cli.Doctor;

/// <summary>What was found, for people as lines and for machines as one JSON object.</summary>
internal static class DoctorText
{
    private const int StateWidth = 9;
    private const int LongestSubject = 28;
    private const int LeastText = 40;

    /// <summary>Writes it for people: on a terminal in colour and wrapped, elsewhere plain, a line for what was found and one for what to do.</summary>
    /// <param name="console">The terminal; null: it goes elsewhere.</param>
    /// <param name="output">Where it goes then.</param>
    /// <param name="findings">What was found.</param>
    public static void Write(IAnsiConsole? console, TextWriter output, IReadOnlyList<Finding> findings)
    {
        var subject = Math.Min(findings.Max(finding => finding.Subject.Length), LongestSubject) + 2;
        var width = console is null ? int.MaxValue : Math.Max(console.Profile.Width - StateWidth - subject - 1, LeastText);
        foreach (var finding in findings)
        {
            var state = Word(finding.State);
            var lines = Wrap(finding.Found, width).Concat(Wrap(finding.Advice, width)).ToList();
            for (var i = 0; i < lines.Count; i++)
            {
                var head = i == 0 ? finding.Subject.PadRight(subject) : new string(' ', subject);
                if (console is null)
                    output.WriteLine($"{(i == 0 ? state : ""),-StateWidth}{head}{lines[i]}");
                else
                    console.MarkupLine($"[{Colour(finding.State)}]{(i == 0 ? state : ""),-StateWidth}[/]{Markup.Escape(head + lines[i])}");
            }
        }

        output.WriteLine();
        output.WriteLine(Summary(findings));
    }

    /// <summary>As one JSON object, snake_case.</summary>
    public static string ToJson(IReadOnlyList<Finding> findings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("state", JsonWord(findings.Max(finding => finding.State)));
            json.WriteStartArray("findings");
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("subject", finding.Subject);
                json.WriteString("state", JsonWord(finding.State));
                json.WriteString("found", finding.Found);
                json.WriteString("advice", finding.Advice);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    internal static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.ReplaceLineEndings(" ").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && (long)line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    private static string Summary(IReadOnlyList<Finding> findings)
    {
        int Of(FindingState state) => findings.Count(finding => finding.State == state);
        var (faults, warnings) = (Of(FindingState.Fault), Of(FindingState.Warning));
        return $"{(faults == 0 ? "No fault" : faults == 1 ? "1 fault" : $"{faults} faults")}, "
            + $"{(warnings == 0 ? "no warning" : warnings == 1 ? "1 warning" : $"{warnings} warnings")}, "
            + $"{Of(FindingState.Ok)} ok, {Of(FindingState.NotConfigured)} not configured.";
    }

    private static string Word(FindingState state) => state switch
    {
        FindingState.Fault => "fault",
        FindingState.Warning => "warning",
        FindingState.Ok => "ok",
        _ => "-",
    };

    private static string JsonWord(FindingState state) => state == FindingState.NotConfigured ? "not_configured" : Word(state);

    private static string Colour(FindingState state) => state switch
    {
        FindingState.Fault => "red",
        FindingState.Warning => "yellow",
        FindingState.Ok => "green",
        _ => "default",
    };
}
