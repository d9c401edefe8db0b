using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Rigs;

/// <summary>A moment in the life of a rig; everything it shows came after it.</summary>
internal sealed class Mark(Rig rig)
{
    private readonly int _books = rig.Topics.OrderBooks.Count;
    private readonly int _trades = rig.Topics.Trades.Count;
    private readonly int _tickers = rig.Topics.Tickers.Count;
    private readonly int _integrity = rig.Topics.Integrity.Count;
    private readonly int _deadLetters = rig.Topics.DeadLetters.Count;
    private readonly int _lines = rig.Log.Lines.Count;

    public IEnumerable<TopicRecord> OrderBooks => rig.Topics.OrderBooks.Skip(_books);

    public IEnumerable<TopicRecord> Trades => rig.Topics.Trades.Skip(_trades);

    public IEnumerable<TopicRecord> Tickers => rig.Topics.Tickers.Skip(_tickers);

    public IEnumerable<TopicRecord> Integrity => rig.Topics.Integrity.Skip(_integrity);

    public IEnumerable<TopicRecord> DeadLetters => rig.Topics.DeadLetters.Skip(_deadLetters);

    public IEnumerable<(LogLevel Level, EventId Id, string Text)> Lines => rig.Log.Lines.Skip(_lines);

    /// <summary>Waits for a record among those that come after the mark.</summary>
    public static async Task<TopicRecord> FirstAsync(Func<IEnumerable<TopicRecord>> records, Func<TopicRecord, bool> which, string what)
    {
        TopicRecord? found = null;
        await Until.TrueAsync(() => (found = records().FirstOrDefault(which)) is not null, () => what + " did not come");
        return found!;
    }

    /// <summary>Waits for an entry of the ledger.</summary>
    public Task<TopicRecord> IntegrityAsync(string instrument, string kind, string channel = "orderbook") => FirstAsync(
        () => Integrity,
        one => one.Text("instrument_name") == instrument && one.Text("kind") == kind && one.Text("channel") == channel,
        $"{kind} of {channel} {instrument}");

    /// <summary>Waits for a dead letter.</summary>
    public Task<TopicRecord> DeadLetterAsync(string what, Func<TopicRecord, bool> which) =>
        FirstAsync(() => DeadLetters, which, "the dead letter " + what);

    /// <summary>Waits until a book that lost its sync has it again, and its ledger is closed.</summary>
    public async Task HealedAsync(string instrument)
    {
        await IntegrityAsync(instrument, "gap");
        await IntegrityAsync(instrument, "resynced");
    }

    /// <summary>Nothing happens to any other instrument until its data has gone on.</summary>
    public async Task OthersUntouchedAsync(params string[] touched)
    {
        foreach (var name in rig.Simulator.Market.InstrumentNames.Except(touched).Take(2))
            await FirstAsync(() => OrderBooks, one => one.Text("instrument_name") == name, "more of " + name);
        Assert.DoesNotContain(Integrity, one => !touched.Contains(one.Text("instrument_name")) && one.Text("instrument_name") != "*");
    }
}
