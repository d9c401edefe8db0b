using System.Globalization;
using System.Text;
using System.Text.Json;

using MarketData.Cli.Up;
using MarketData.Coverage;

using Spectre.Console;

namespace MarketData.Cli.Coverage;

/// <summary>A coverage report for people, as tables, and for machines, as one JSON object.</summary>
internal static class CoverageText
{
    private const int MostLines = 20;

    public static void Write(IAnsiConsole console, CoverageReport report, int notUnderstood)
    {
        console.MarkupLine($"[bold]{Markup.Escape(report.Key)}[/]  {Time(report.FromUnixMs)} to {Time(report.ToUnixMs)}: {Colour(report.State)}");
        var table = new Table { Border = TableBorder.Simple };
        foreach (var name in (string[])["Channel", "From", "To", "State", "Cause"])
            table.AddColumn(new TableColumn(name).NoWrap());
        foreach (var channel in report.Channels)
        {
            foreach (var interval in channel.Intervals.Take(MostLines))
            {
                table.AddRow(channel.Channel, Time(interval.FromUnixMs), Time(interval.ToUnixMs), Colour(interval.State),
                    interval.Cause == CoverageCause.None ? "" : Sentence(interval.Cause));
            }

            if (channel.Intervals.Count > MostLines)
                table.AddRow(channel.Channel, "", "", "", $"and {channel.Intervals.Count - MostLines} more intervals; --json lists all");
        }

        console.Write(table);
        foreach (var channel in report.Channels)
            WriteDetails(console, channel);
        if (notUnderstood > 0)
            console.MarkupLine($"[yellow]! {notUnderstood} events of the ledger were not understood and are not in this answer.[/]");
    }

    /// <summary>The report as one JSON object, snake_case, times as ISO 8601 with milliseconds and Z.</summary>
    public static string ToJson(CoverageReport report, int notUnderstood)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("key", report.Key);
            json.WriteString("from", Iso(report.FromUnixMs));
            json.WriteString("to", Iso(report.ToUnixMs));
            json.WriteString("state", Word(report.State));
            json.WriteNumber("events_not_understood", notUnderstood);
            json.WriteStartArray("channels");
            foreach (var channel in report.Channels)
                WriteChannel(json, channel);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteDetails(IAnsiConsole console, ChannelCoverage channel)
    {
        foreach (var incident in channel.Incidents.Take(MostLines))
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
                $"{channel.Channel} missing  {Time(incident.FromUnixMs)} to {Time(incident.ToUnixMs)}{Ids(incident.FromId, incident.ToId)}: {Word(incident.Cause)}, {Word(incident.End)}. {string.Join(' ', incident.Details)}");
        }

        foreach (var repair in channel.Repairs.Take(MostLines))
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
                $"{channel.Channel} repaired {Time(repair.FromUnixMs)} to {Time(repair.ToUnixMs)}{Ids(repair.FromId, repair.ToId)}: {(repair.WasBackfilled ? "backfilled" : "the numbers go on without a hole")}. {repair.Detail}");
        }

        var left = Math.Max(0, channel.Incidents.Count - MostLines) + Math.Max(0, channel.Repairs.Count - MostLines);
        if (left > 0)
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{channel.Channel} and {left} more; --json lists all");
        if (channel.VerifiedAtUnixMs is { } at)
        {
            var upTo = channel.VerifiedId is { } id ? $" up to id {id.ToString(CultureInfo.InvariantCulture)}" : "";
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{channel.Channel} last verified {Time(at)}{upTo}");
        }
    }

    private static void WriteChannel(Utf8JsonWriter json, ChannelCoverage channel)
    {
        json.WriteStartObject();
        json.WriteString("channel", channel.Channel);
        json.WriteString("state", Word(channel.State));
        json.WriteString("verified_at", Iso(channel.VerifiedAtUnixMs));
        WriteId(json, "verified_id", channel.VerifiedId);
        json.WriteStartArray("intervals");
        foreach (var interval in channel.Intervals)
        {
            json.WriteStartObject();
            json.WriteString("from", Iso(interval.FromUnixMs));
            json.WriteString("to", Iso(interval.ToUnixMs));
            json.WriteString("state", Word(interval.State));
            json.WriteString("cause", interval.Cause == CoverageCause.None ? null : Word(interval.Cause));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("missing");
        foreach (var incident in channel.Incidents)
        {
            json.WriteStartObject();
            json.WriteString("cause", Word(incident.Cause));
            json.WriteString("end", Word(incident.End));
            json.WriteString("source", incident.Source);
            WriteBounds(json, incident.FromUnixMs, incident.ToUnixMs, incident.FromId, incident.ToId);
            json.WriteStartArray("details");
            foreach (var detail in incident.Details)
                json.WriteStringValue(detail);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("repaired");
        foreach (var repair in channel.Repairs)
        {
            json.WriteStartObject();
            json.WriteString("how", repair.WasBackfilled ? "backfilled" : "continued");
            WriteBounds(json, repair.FromUnixMs, repair.ToUnixMs, repair.FromId, repair.ToId);
            json.WriteString("detail", repair.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBounds(Utf8JsonWriter json, long from, long? to, long? fromId, long? toId)
    {
        json.WriteString("from", Iso(from));
        json.WriteString("to", Iso(to));
        WriteId(json, "from_id", fromId);
        WriteId(json, "to_id", toId);
    }

    private static void WriteId(Utf8JsonWriter json, string name, long? id)
    {
        if (id is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static string Ids(long? from, long? to) => from is null && to is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $" (ids {from?.ToString(CultureInfo.InvariantCulture) ?? "?"} to {to?.ToString(CultureInfo.InvariantCulture) ?? "?"})");

    private static string Colour(CoverageState state) => state switch
    {
        CoverageState.Complete => "[green]complete[/]",
        CoverageState.Incomplete => "[red]incomplete[/]",
        _ => "[yellow]unknown[/]",
    };

    private static string Time(long? unixMs) => Iso(unixMs) ?? "now";

    private static string? Iso(long? unixMs) => unixMs is { } ms && ms < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? Format.Time(ms)
        : null;

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Sentence(CoverageCause cause) => cause switch
    {
        CoverageCause.Disconnected => "the connection was lost",
        CoverageCause.Gap => "changes of the book were missed",
        CoverageCause.Stale => "the channel was silent",
        CoverageCause.Quarantined => "the book was withheld",
        CoverageCause.TradeGap => "trades are missing, not yet repaired",
        CoverageCause.Unrecoverable => "trades are missing for good",
        CoverageCause.Unexplained => "trades are missing without a word in the ledger",
        CoverageCause.SequenceRestarted => "the exchange counts its trades anew",
        CoverageCause.Rejected => "an event was refused",
        CoverageCause.Awaiting => "connected, waiting for data",
        CoverageCause.Closed => "not collected",
        CoverageCause.Silent => "the collector stopped without a word",
        CoverageCause.Unopened => "missing, cause not in the ledger",
        CoverageCause.BeforeLedger => "before the ledger begins",
        CoverageCause.NoLongerHeld => "Kafka no longer holds its events",
        _ => "after its last word",
    };
}
