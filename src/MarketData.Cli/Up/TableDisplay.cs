using Spectre.Console;
using Spectre.Console.Rendering;

namespace MarketData.Cli.Up;

/// <summary><c>up</c> on a terminal: tables that are refreshed in place.</summary>
internal static class TableDisplay
{
    // Below this many columns the less important ones are left out: wrapped cells could not be read.
    private const int FullWidth = 110;

    // Title, both table frames and headers, the sinks and the reasons.
    private const int LinesBesideInstruments = 16;

    public static IRenderable Render(UpView view, int terminalWidth, int terminalHeight)
    {
        var narrow = terminalWidth < FullWidth;
        var room = Math.Max(3, terminalHeight - LinesBesideInstruments - view.Reasons.Count);
        return new Rows(
            new Markup($"[bold]MarketData[/] up {Format.Elapsed(view.Elapsed)}, {Format.Count(view.Events)} events, " +
                $"{Format.Rate(view.EventsPerSecond)}/s. Ctrl-C stops."),
            Instruments(view, room, narrow),
            Sinks(view, narrow),
            new Rows(view.Reasons.Take(5).Select(reason => new Markup("[yellow]! " + Markup.Escape(reason) + "[/]"))));
    }

    private static Table Instruments(UpView view, int room, bool narrow)
    {
        var table = NewTable(["Instrument", "Book"], narrow ? ["Bid", "Ask", "Events/s"]
            : ["Bid", "Ask", "Spread", "Last trade", "Events/s", "Lag", "Gaps healed"]);
        foreach (var line in view.Instruments.Take(room))
        {
            var name = Markup.Escape(line.Name);
            var book = line.Book switch { "live" => "[green]live[/]", "" => "", var state => $"[red]{state}[/]" };
            var (bid, ask, rate) = (Format.Price(line.BestBid?.Price), Format.Price(line.BestAsk?.Price), Format.Rate(line.EventsPerSecond));
            if (narrow)
            {
                table.AddRow(name, book, bid, ask, rate);
            }
            else
            {
                table.AddRow(name, book, bid, ask, Format.Price(line.Spread), LastTrade(line), rate, Format.Duration(line.Lag),
                    $"{line.GapsHealed}/{line.GapsOpened}");
            }
        }

        if (view.Instruments.Count > room)
            table.Caption = new TableTitle($"and {view.Instruments.Count - room} more; --plain lists all");
        return table;
    }

    private static Table NewTable(string[] words, string[] numbers)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var name in words)
            table.AddColumn(new TableColumn(name).NoWrap());
        foreach (var name in numbers)
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        return table;
    }

    private static string LastTrade(InstrumentLine line) => line.LastTradeDirection switch
    {
        TradeDirection.Buy => $"[green]{Format.Price(line.LastTradePrice)}[/]",
        TradeDirection.Sell => $"[red]{Format.Price(line.LastTradePrice)}[/]",
        _ => Format.Price(line.LastTradePrice),
    };

    private static Table Sinks(UpView view, bool narrow)
    {
        var table = NewTable(["Sink", "Collector", "State"], narrow ? ["Acknowledged", "Queued", "Lag p99"]
            : ["Acknowledged", "Queued", "Conflated", "Rejected", "Lag p50", "Lag p99"]);
        foreach (var sink in view.Sinks)
        {
            var state = sink.Status.State == Pipeline.LaneState.Ready
                ? "[green]ready[/]" : $"[red]{sink.Status.State.ToString().ToLowerInvariant()}[/]";
            var (acknowledged, queued, p99) = (Format.Count(sink.Acknowledged), Format.Count(sink.Queued), Format.Duration(sink.LagP99));
            if (narrow)
            {
                table.AddRow(sink.Sink, sink.Collector, state, acknowledged, queued, p99);
            }
            else
            {
                table.AddRow(sink.Sink, sink.Collector, state, acknowledged, queued, Format.Count(sink.Conflated), Format.Count(sink.Rejected),
                    Format.Duration(sink.LagMedian), p99);
            }
        }

        return table;
    }
}
