using System.Collections.Concurrent;

using MarketData.Exchanges;
using MarketData.Symbols;

namespace MarketData.Cli.Inspect;

/// <summary>
/// Says why a tail of one instrument may stay silent. Comes in: the keys of what passes, and the table of symbols. Goes out: one sentence,
/// when nothing of the instrument has come for a while or the topic ended without it. Owns: the names that passed. Any thread.
/// </summary>
/// <param name="topic">The topic that is read.</param>
/// <param name="key">The instrument's key, <c>deribit.BTC-PERPETUAL</c>.</param>
/// <param name="output">Where the sentence goes.</param>
/// <param name="clock">Counts the while.</param>
internal sealed class SilentTail(string topic, string key, TextWriter output, TimeProvider clock)
{
    private const int MostHints = 3;

    /// <summary>How long nothing comes before it is said; a quiet option has nothing to say for longer, which the sentence allows for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, bool> _others = new(StringComparer.Ordinal);
    private int _isDone;

    /// <summary>Something of the instrument came.</summary>
    public void Seen() => Volatile.Write(ref _isDone, 1);

    /// <summary>Something of another instrument passed.</summary>
    public void Passed(string other) => _others.TryAdd(other, true);

    /// <summary>Waits a while, then speaks if nothing came.</summary>
    /// <param name="readTable">Reads the table of symbols.</param>
    /// <param name="over">The tail ended.</param>
    public async Task WatchAsync(Func<CancellationToken, Task<SymbolTable>> readTable, CancellationToken over)
    {
        try
        {
            await Task.Delay(Patience, clock, over);
            await SpeakAsync(readTable, "Waiting goes on.", over);
        }
        catch (OperationCanceledException)
        {
            // The tail ended first.
        }
    }

    /// <summary>Speaks, unless something came or it was said before.</summary>
    /// <param name="readTable">Reads the table of symbols.</param>
    /// <param name="end">How the sentence ends.</param>
    /// <param name="stop">Gives up.</param>
    public async Task SpeakAsync(Func<CancellationToken, Task<SymbolTable>> readTable, string end, CancellationToken stop)
    {
        if (Volatile.Read(ref _isDone) == 1)
            return;
        SymbolTable? table = null;
        try
        {
            table = await readTable(stop);
        }
        catch (MarketDataError)
        {
            // Without the table there is less to say.
        }

        if (Interlocked.Exchange(ref _isDone, 1) == 0)
            await output.WriteLineAsync($"{Sentence(table)} {end}".TrimEnd());
    }

    private string Sentence(SymbolTable? table)
    {
        var probe = Instrument.OfKey(key);
        var (exchange, name) = (probe.Exchange, probe.Name);
        var entries = (table?.Entries ?? []).Where(entry => entry.Exchange == exchange && entry.Enabled)
            .Select(entry => SymbolSelector.TryParse(entry.Selector, out string _)).OfType<SymbolSelector>().ToList();
        var others = _others.Keys.Where(other => other.StartsWith(exchange + '.', StringComparison.Ordinal)).Select(other => Instrument.OfKey(other).Name);
        var sentence = $"Nothing of {key} has come on {topic}, {_others.Count} other instruments have.";
        if (entries.Exists(entry => entry.IsName && entry.Text == name))
            return sentence + " The table of symbols names it.";
        if (entries.Find(entry => entry is { HasProperties: false } && entry.Matches(probe, clock.GetUtcNow())) is { } pattern)
            sentence += $" The table of symbols has \"{pattern}\", which means it if the exchange lists it.";
        else if (table is not null)
            sentence += entries.Exists(entry => entry.HasProperties) ? " The table of symbols does not name it." : " The table of symbols does not ask for it.";
        return sentence + SymbolHints.ForName(name, others.Union(entries.Where(entry => entry.IsName).Select(entry => entry.Text)), MostHints);
    }
}
