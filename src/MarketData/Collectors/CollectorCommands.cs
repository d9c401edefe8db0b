using MarketData.Exchanges;
using MarketData.Symbols;

using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>
/// What an operator tells a running collector. Comes in: a wish. Goes out: whether it was done, and a sentence that says what. Owns nothing.
/// Any thread; each wish may come twice or beside another.
/// </summary>
/// <param name="collector">The collector.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Says what was wished.</param>
/// <param name="writer">Changes what is to be collected; null where nothing but the configuration says it.</param>
public sealed class CollectorCommands(
    Collector collector, TimeProvider timeProvider, ILogger<CollectorCommands> logger, ISymbolWriter? writer = null)
{
    // A pattern can mean a whole exchange: what brings more than this is for the command line, which shows the cost.
    private const int MostAtOnce = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const string NotRunning = "The collector does not run yet, or is stopping; ask again when /health says that it is ready.";

    /// <summary>The commands by name, each with its argument's name, or null without one.</summary>
    public IReadOnlyList<(string Name, string? Argument, Func<string, CancellationToken, Task<(bool Done, string Message)>> Run)> All =>
    [
        ("pause", null, (_, stop) => PauseAsync(true, stop)),
        ("resume", null, (_, stop) => PauseAsync(false, stop)),
        ("resync", "instrument", ResyncAsync),
        ("symbols", "add", AddAsync),
    ];

    private async Task<(bool Done, string Message)> PauseAsync(bool isPaused, CancellationToken cancellationToken)
    {
        if (collector.Running is not { } running)
            return (false, NotRunning);
        var changes = running.Follower.IsPaused != isPaused;
        if (changes && isPaused)
            logger.Paused(collector.Name);
        else if (changes)
            logger.Resumed(collector.Name);
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await running.Follower.PauseAsync(isPaused, over.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, $"It is asked for, and was not done within {Patience.TotalSeconds:0} s: the intake stands still. It happens when that goes on; /health says why.");
        }

        return (true, isPaused
            ? $"{collector.Name} is paused: what it collected is closed in the ledger, and nothing comes until it is resumed or started again."
            : $"{collector.Name} collects: trades missed meanwhile are fetched, books begin with a snapshot.");
    }

    private async Task<(bool Done, string Message)> ResyncAsync(string instrument, CancellationToken cancellationToken)
    {
        if (collector.Running is not { } running)
            return (false, NotRunning);
        logger.ResyncAsked(collector.Name, Shown(instrument));
        var answer = await running.Exchange.ResyncAsync(instrument, "An operator asked for the book anew.", cancellationToken);
        return answer switch
        {
            ResyncAnswer.Begun => (true, $"The book of {instrument} is withheld and got anew."),
            ResyncAnswer.UnderWay => (true, $"The book of {instrument} is not in sync, and is being got anew already."),
            ResyncAnswer.Busy => (false, "Too many books are asked for at once; ask again in a second."),
            _ => (false, $"{collector.Name} keeps no book of {Shown(instrument)} here; with replicas another one may."),
        };
    }

    private async Task<(bool Done, string Message)> AddAsync(string text, CancellationToken cancellationToken)
    {
        if (collector.Running is not { } running)
            return (false, NotRunning);
        if (writer is null)
            return (false, "This collector follows its configuration alone: change exchanges.deribit.symbols there.");
        if (SymbolSelector.TryParse(text, out var fault) is not { } selector)
            return (false, $"{Shown(text)} cannot be collected: {fault}.");
        var entry = new SymbolEntry { Exchange = running.Exchange.Name, Selector = selector.Text };
        var expansion = SymbolExpansion.Of([entry], running.Follower.Listed, SymbolEntry.AllKinds, timeProvider.GetUtcNow());
        if (expansion.Unmatched is [var unmatched, ..])
            return (false, $"{unmatched} Nothing was changed.");
        if (expansion.Instruments.Count > MostAtOnce)
            return (false, $"{selector.Text} matches {expansion.Instruments.Count} instruments, more than {MostAtOnce}: use marketdata symbols add, which shows the cost. Nothing was changed.");
        try
        {
            await writer.ChangeAsync([SymbolChange.Put(entry)], cancellationToken);
        }
        catch (SinkError error)
        {
            return (false, error.Message);
        }

        logger.SymbolAdded(collector.Name, entry.Key);
        return (true, $"{entry.Key} is asked for: {expansion.Instruments.Count} instruments, by every collector that follows the topic.");
    }

    // What a stranger sends may be long, or end a line.
    private static string Shown(string text)
    {
        const int Longest = 100;
        return new string([.. text.Take(Longest).Select(character => char.IsControl(character) ? '?' : character)]);
    }
}
