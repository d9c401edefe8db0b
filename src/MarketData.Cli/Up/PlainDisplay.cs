using System.Globalization;

namespace MarketData.Cli.Up;

/// <summary><c>up</c> without a terminal: a block of plain lines now and then, which a program can read too.</summary>
internal static class PlainDisplay
{
    public static void Write(TextWriter output, UpView view)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"[{Format.Elapsed(view.Elapsed)}] {Format.Count(view.Events)} events, {Format.Rate(view.EventsPerSecond)}/s, " +
            $"{view.Instruments.Count(line => line.Book == "live")}/{view.Instruments.Count(line => line.HasBook)} books live"));
        foreach (var line in view.Instruments)
        {
            output.WriteLine($"  {line.Name,-32} {line.Book,-13} bid {Format.Price(line.BestBid?.Price),-12} ask {Format.Price(line.BestAsk?.Price),-12} " +
                $"spread {Format.Price(line.Spread),-10} last {Format.Price(line.LastTradePrice),-12} {Format.Rate(line.EventsPerSecond),7}/s " +
                $"lag {Format.Duration(line.Lag),-9} gaps {line.GapsHealed}/{line.GapsOpened}");
        }

        foreach (var sink in view.Sinks)
            output.WriteLine("  " + SinkText(sink));
        foreach (var reason in view.Reasons)
            output.WriteLine("  ! " + reason);
        output.Flush();
    }

    internal static string SinkText(SinkLine sink) =>
        $"{sink.Sink,-6} {sink.Collector,-11} acknowledged {Format.Count(sink.Acknowledged)}, queued {Format.Count(sink.Queued)}, " +
        (sink.Spilled > 0 ? $"on disk {Format.Count(sink.Spilled)}, " : "") +
        $"conflated {Format.Count(sink.Conflated)}, rejected {Format.Count(sink.Rejected)}" +
        (sink.Lost > 0 ? $" ({Format.Count(sink.Lost)} lost)" : "") +
        (sink.LagMedian is null ? "" : $", lag p50 {Format.Duration(sink.LagMedian)}, p99 {Format.Duration(sink.LagP99)}") +
        (sink.Status.Reason.Length > 0 ? $" [{sink.Status.Reason}]" : "");
}
