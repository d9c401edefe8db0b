using MarketData.Backfill;
using MarketData.Cli.Up;

using Spectre.Console;

namespace MarketData.Cli.Backfill;

/// <summary>
/// Shows how a backfill goes, on standard error: a bar on a terminal, a line now and then elsewhere. Owns: the counts. One thread at a time.
/// </summary>
internal sealed class BackfillDisplay(string subject, BackfillWords words, TimeProvider clock) : IBackfillProgress
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    private readonly bool _isTerminal = !Console.IsErrorRedirected && !Console.IsOutputRedirected;
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private ProgressTask? _bar;
    private long _missing;
    private long _fetched;
    private long _lastLine;

    /// <summary>Rows that are stored.</summary>
    public long Rows { get; private set; }

    /// <summary>Runs something and shows how it goes.</summary>
    public Task<BackfillResult> ShowAsync(Func<IBackfillProgress, Task<BackfillResult>> run) => !_isTerminal
        ? run(this)
        : _console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                _bar = context.AddTask(Markup.Escape($"{subject} {words.Many}"));
                _bar.IsIndeterminate = true;
                return run(this);
            });

    public void Begin(long missing)
    {
        (_missing, _lastLine) = (missing, clock.GetTimestamp());
        if (_bar is { } bar)
            (bar.IsIndeterminate, bar.MaxValue) = (false, Math.Max(1, missing));
        else
            Console.Error.WriteLine($"{subject}: {Count(missing)} to fetch.");
    }

    public void Fetched(long count)
    {
        _fetched += count;
        if (_bar is { } bar)
        {
            bar.Increment(count);
        }
        else if (clock.GetElapsedTime(_lastLine) >= LineEvery)
        {
            _lastLine = clock.GetTimestamp();
            Console.Error.WriteLine($"{Format.Count(_fetched)} of {Count(_missing)} fetched ({100 * _fetched / Math.Max(1, _missing)} %).");
        }
    }

    public void Stored(long count) => Rows += count;

    public void Say(string sentence)
    {
        if (_bar is null)
            Console.Error.WriteLine(sentence);
        else
            _console.MarkupLineInterpolated($"[yellow]{sentence}[/]");
    }

    private string Count(long count) => $"{Format.Count(count)} {(count == 1 ? words.One : words.Many)}";
}
