using MarketData.Cli.History;

using Spectre.Console;

namespace MarketData.Cli.Up;

/// <summary>Shows the views until the end: in place on a terminal, as blocks of lines elsewhere.</summary>
internal sealed class UpDisplay(UpViewBuilder views, RecentLog log, bool inTable)
{
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    /// <summary>Shows until <paramref name="end"/> completes.</summary>
    public async Task RunAsync(Task end)
    {
        if (inTable)
        {
            await AnsiConsole.Live(TableDisplay.Render(View(), AnsiConsole.Profile.Width, AnsiConsole.Profile.Height)).AutoClear(true).StartAsync(async live =>
            {
                while (await PauseAsync(end, TableInterval))
                    live.UpdateTarget(TableDisplay.Render(View(), AnsiConsole.Profile.Width, AnsiConsole.Profile.Height));
            });
        }
        else
        {
            while (await PauseAsync(end, PlainInterval))
                PlainDisplay.Write(Console.Out, View());
        }

        await end;
    }

    /// <summary>The last word: what came, what became of it.</summary>
    /// <param name="complete">Whether everything ended in order and left nothing behind.</param>
    /// <param name="diskIsKept">Whether what waits on disk outlives this process.</param>
    /// <param name="history">Where the files are; null: there are none.</param>
    /// <param name="remark">What is to be said of them; null: nothing.</param>
    public void WriteSummary(bool complete, bool diskIsKept, string? history, string? remark)
    {
        var view = views.Build();
        Console.Out.WriteLine();
        Console.Out.WriteLine($"Stopped after {Format.Elapsed(view.Elapsed)}: {Format.Count(view.Events)} events of {view.Instruments.Count} instruments, " +
            $"{Format.Count(view.Instruments.Sum(line => line.GapsHealed))} of {Format.Count(view.Instruments.Sum(line => line.GapsOpened))} gaps healed.");
        foreach (var sink in view.Sinks)
            Console.Out.WriteLine("  " + PlainDisplay.SinkText(sink));
        foreach (var sentence in StopSummary.Sentences(view.Sinks, complete, diskIsKept))
            Console.Out.WriteLine(sentence);
        if (remark is not null)
            Console.Out.WriteLine(remark);
        if (history is not null)
            Console.Out.WriteLine($"Ask what was collected: marketdata sql --history {HistoryFiles.Shown(history)} \"SELECT count(*) FROM trades\"");
        Console.Out.Flush();
    }

    private UpView View()
    {
        var view = views.Build();
        return view with { Reasons = [.. view.Reasons, .. log.Newest()] };
    }

    private static async Task<bool> PauseAsync(Task end, TimeSpan interval)
    {
        await Task.WhenAny(end, Task.Delay(interval, TimeProvider.System));
        return !end.IsCompleted;
    }
}
