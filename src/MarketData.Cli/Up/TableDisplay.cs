using Spectre.Console;
using Spectre.Console.Rendering;

namespace MarketData.Cli.Up;

/// <summary><c>up</c> on a terminal: tables that are refreshed in place.</summary>
internal static class TableDisplay
{
    // Title, both table frames and headers, the sinks and the reasons.
    private const int LinesBesideInstruments = 16;

    public static IRenderable Render(UpView view, int terminalHeight)
    {
        var room = Math.Max(3, terminalHeight - LinesBesideInstruments - view.Reasons.Count);
        return new Rows(
            new Markup($"[bold]MarketData[/] up {Format.Elapsed(view.Elapsed)}, {Format.Count(view.Events)} events, " +
                $"{Format.Rate(view.EventsPerSecond)}/s. Ctrl-C stops."),
            Instruments(view, room),
            Sinks(view),
            new Rows(view.Reasons.Take(5).Select(reason => new Markup("[yellow]! " + Markup.Escape(reason) + "[/]"))));
    }

    private static Table Instruments(UpView view, int room)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Instrument");
        table.AddColumn("Book");
        foreach (var name in new[] { "Bid", "Ask", "Spread", "Last trade", "Events/s", "Lag", "Gaps healed" })
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var line in view.Instruments.Take(room))
        {
            table.AddRow(
                Markup.Escape(line.Name),
                line.Book switch { "live" => "[green]live[/]", "" => "", var state => $"[red]{state}[/]" },
                Format.Price(line.BestBid?.Price),
                Format.Price(line.BestAsk?.Price),
                Format.Price(line.Spread),
                LastTrade(line),
                Format.Rate(line.EventsPerSecond),
                Format.Duration(line.Lag),
                $"{line.GapsHealed}/{line.GapsOpened}");
        }

        if (view.Instruments.Count > room)
            table.Caption = new TableTitle($"and {view.Instruments.Count - room} more; --plain lists all");
        return table;
    }

    private static string LastTrade(InstrumentLine line) => line.LastTradeDirection switch
    {
        TradeDirection.Buy => $"[green]{Format.Price(line.LastTradePrice)}[/]",
        TradeDirection.Sell => $"[red]{Format.Price(line.LastTradePrice)}[/]",
        _ => Format.Price(line.LastTradePrice),
    };

    private static Table Sinks(UpView view)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Sink");
        table.AddColumn("Collector");
        table.AddColumn("State");
        foreach (var name in new[] { "Acknowledged", "Queued", "Conflated", "Rejected", "Lag p50", "Lag p99" })
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var sink in view.Sinks)
        {
            table.AddRow(
                sink.Sink,
                sink.Collector,
                sink.Status.State == Pipeline.LaneState.Ready ? "[green]ready[/]" : $"[red]{sink.Status.State.ToString().ToLowerInvariant()}[/]",
                Format.Count(sink.Acknowledged),
                Format.Count(sink.Queued),
                Format.Count(sink.Conflated),
                Format.Count(sink.Rejected),
                Format.Duration(sink.LagMedian),
                Format.Duration(sink.LagP99));
        }

        return table;
    }
}
