using Spectre.Console;
using Spectre.Console.Rendering;

namespace MarketData.Cli.Up;

/// <summary>
/// <c>up</c> on a terminal: tables that are refreshed in place, and never higher than the terminal has room below the addresses, which
/// would scroll away. What has no room is counted.
/// </summary>
internal static class TableDisplay
{
    // Below this many columns the less important ones are left out: wrapped cells could not be read.
    private const int FullWidth = 116;

    // The addresses stand above, and the cursor below.
    private const int LinesElsewhere = 6;

    // The line above everything; of each table a blank line and its heading.
    private const int TitleLines = 1;
    private const int HeadingLines = 2;

    private const int LongestNarrowName = 24;

    public static IRenderable Render(UpView view, int terminalWidth, int terminalHeight)
    {
        var narrow = terminalWidth < FullWidth;
        var room = terminalHeight - LinesElsewhere - TitleLines - (2 * HeadingLines) - view.Sinks.Count;

        // Warnings may take half of the room, and what the instruments leave.
        var most = Math.Max(room / 2, room - view.Instruments.Count);
        var reasons = view.Reasons.Count <= most ? view.Reasons.Count : Math.Max(0, most - 1);
        room -= reasons + (reasons < view.Reasons.Count ? 1 : 0);
        var instruments = view.Instruments.Count <= room ? view.Instruments.Count : Math.Max(1, room - 1);
        var (rows, hidden) = (Instruments(view, instruments, narrow), view.Instruments.Skip(instruments).ToList());
        return new Rows(
        [
            new Markup($"[bold]MarketData[/] up {Format.Elapsed(view.Elapsed)}, {Format.Count(view.Events)} events, " +
                $"{Format.Rate(view.EventsPerSecond)}/s. Ctrl-C stops."),
            Text.Empty,
            rows,
            .. hidden.Count > 0 ? [new Text(Hidden(hidden))] : Array.Empty<IRenderable>(),
            Text.Empty,
            Sinks(view, narrow),
            .. Reasons(view.Reasons, reasons, terminalWidth),
        ]);
    }

    private static string Hidden(List<InstrumentLine> hidden)
    {
        var notLive = hidden.Count(line => line is { HasBook: true, Book: not "live" });
        return $"and {hidden.Count} more{(notLive > 0 ? $", {notLive} of them not live" : "")}; --plain lists all";
    }

    // One line each: a long sentence is cut, and whole in /health.
    private static IEnumerable<IRenderable> Reasons(IReadOnlyList<string> reasons, int shown, int width)
    {
        foreach (var reason in reasons.Take(shown))
            yield return new Markup("[yellow]" + Markup.Escape(Cut("! " + reason.ReplaceLineEndings(" "), width - 1)) + "[/]");
        if (shown < reasons.Count)
            yield return new Markup($"[yellow]! and {reasons.Count - shown} more; --plain shows all[/]");
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    private static Grid Instruments(UpView view, int shown, bool narrow)
    {
        var table = NewTable(["Instrument", "Book"], narrow ? ["Bid", "Ask", "Events/s", "Gaps"]
            : ["Bid", "Ask", "Spread", "Last trade", "Events/s", "Lag", "Gaps healed"]);
        foreach (var line in view.Instruments.Take(shown))
        {
            var name = Markup.Escape(narrow ? Cut(line.Name, LongestNarrowName) : line.Name);
            var book = line.Book switch { "live" => "[green]live[/]", "" or InstrumentLine.Elsewhere => line.Book, var state => $"[red]{state}[/]" };
            var (bid, ask, rate) = (Format.Price(line.BestBid?.Price), Format.Price(line.BestAsk?.Price), Format.Rate(line.EventsPerSecond));
            var gaps = $"{line.GapsHealed}/{line.GapsOpened}";
            if (narrow)
                table.AddRow(name, book, bid, ask, rate, gaps);
            else
                table.AddRow(name, book, bid, ask, Format.Price(line.Spread), LastTrade(line), rate, Format.Duration(line.Lag), gaps);
        }

        return table;
    }

    // A grid has no frame, which would cost as many lines as it has to show.
    private static Grid NewTable(string[] words, string[] numbers)
    {
        var table = new Grid();
        foreach (var _ in words)
            table.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2));
        foreach (var _ in numbers)
            table.AddColumn(new GridColumn().RightAligned().NoWrap().PadLeft(0).PadRight(2));
        return table.AddRow([.. words.Concat(numbers).Select(name => $"[underline]{name}[/]")]);
    }

    private static string LastTrade(InstrumentLine line) => line.LastTradeDirection switch
    {
        TradeDirection.Buy => $"[green]{Format.Price(line.LastTradePrice)}[/]",
        TradeDirection.Sell => $"[red]{Format.Price(line.LastTradePrice)}[/]",
        _ => Format.Price(line.LastTradePrice),
    };

    // What was not delivered is worth more than how long the rest took.
    private static Grid Sinks(UpView view, bool narrow)
    {
        string[] counts = ["Acknowledged", "Queued", "Conflated", "Rejected"];
        var table = NewTable(["Sink", "Collector", "State"], narrow ? counts : [.. counts, "Lag p50", "Lag p99"]);
        foreach (var sink in view.Sinks)
        {
            var state = sink.Status.State == Pipeline.LaneState.Ready
                ? "[green]ready[/]" : $"[red]{sink.Status.State.ToString().ToLowerInvariant()}[/]";
            string[] cells =
            [
                sink.Sink, sink.Collector, state, Format.Count(sink.Acknowledged), Format.Count(sink.Queued), Format.Count(sink.Conflated),
                sink.Rejected > 0 ? $"[red]{Format.Count(sink.Rejected)}[/]" : "0",
            ];
            table.AddRow(narrow ? cells : [.. cells, Format.Duration(sink.LagMedian), Format.Duration(sink.LagP99)]);
        }

        return table;
    }
}
