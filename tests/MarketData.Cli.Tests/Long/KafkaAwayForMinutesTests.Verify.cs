using System.Text.Json;

using Deribit.Simulator;

using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded;

using StackExchange.Redis;

namespace MarketData.Cli.Tests.Long;

/// <content>What must be on the topics afterwards, held against the simulator's own record.</content>
public sealed partial class KafkaAwayForMinutesTests
{
    private async Task VerifyAsync(SimulatorServer simulator, Exchange healthy, string prefix, bool wasKilled)
    {
        await VerifyTradesAsync(simulator, healthy, prefix, wasKilled);
        await VerifyBooksAsync(simulator, healthy, prefix, wasKilled);
        await VerifyTickersAsync(simulator, prefix, wasKilled);

        // Nothing that the exchange sent was of no use, and Kafka refused nothing.
        Assert.Empty(IndependentReader.ReadAll(kafka.BootstrapServers, $"{prefix}.dead-letter").Select(one => one.Message.Key));
    }

    private async Task VerifyTradesAsync(SimulatorServer simulator, Exchange healthy, string prefix, bool wasKilled)
    {
        var trades = await TopicCheck.ReadAsync(kafka.BootstrapServers, $"{prefix}.trades", "trade_seq", previous: null);
        var truth = simulator.Market.InstrumentNames.ToDictionary(name => name, simulator.Market.GetTrades);
        var missing = truth.SelectMany(one => trades.Missing("deribit." + one.Key, one.Value, healthy.Trades[one.Key])).ToList();
        output.WriteLine(
            $"trades: {trades}, {missing.Count} missing of {truth.Sum(one => one.Value.Count(trade => trade.TradeSeq > healthy.Trades[one.Key]))}");

        // Every trade since the collectors were healthy is there, a kill or not, also of an instrument that traded for the first time
        // while Kafka was away: the tape goes on behind what is on disk, or where the earlier owner ended, and asks the exchange for the rest.
        Assert.True(missing.Count == 0, await StoryAsync(missing, prefix));
        Assert.Equal(0, trades.OutOfOrder);
        Assert.Empty(trades.Unmarked);

        // Only of an instrument that had nothing on disk when it was killed is it known late where its tape ended; the ledger says so.
        if (!wasKilled)
            Assert.Equal(0, trades.LateRepairs);
    }

    private async Task VerifyBooksAsync(SimulatorServer simulator, Exchange healthy, string prefix, bool wasKilled)
    {
        var books = await TopicCheck.ReadAsync(kafka.BootstrapServers, $"{prefix}.orderbook", "change_id", "prev_change_id");
        output.WriteLine($"books: {books}");
        foreach (var torn in books.Torn)
            output.WriteLine(torn);

        // Every book's chain is whole from where it was when the collectors were healthy up to the simulator's last change; a kill breaks
        // each, and so does the group when it has given the instrument to the new process; each time within an interval of the ledger.
        foreach (var name in simulator.Market.InstrumentNames)
        {
            Assert.InRange(books.First["deribit." + name], 1, healthy.Books[name]);
            Assert.Equal(simulator.Market.GetBook(name).ChangeId, books.Last["deribit." + name]);
        }
        Assert.Empty(books.Torn);
        Assert.Equal(0, books.OutOfOrder);
        Assert.Empty(books.Unmarked);
        if (!wasKilled)
            Assert.Empty(books.Breaks);
        var ledger = LedgerIntervals.Read(await LedgerAsync(prefix), "orderbook");
        Assert.All(books.Breaks, broken =>
        {
            var missed = simulator.Market.GetNextChangeUnixMs(broken.Key["deribit.".Length..], broken.LastId);
            Assert.True(ledger.Covers(broken, missed), ledger.Describe(broken, missed));
        });
        if (wasKilled)
            Assert.All(simulator.Market.InstrumentNames, name => Assert.Contains(ledger.Of("deribit." + name), one => one.Cause == "disconnected"));
    }

    private async Task VerifyTickersAsync(SimulatorServer simulator, string prefix, bool wasKilled)
    {
        var tickers = await TickerCheck.ReadAsync(kafka.BootstrapServers, $"{prefix}.ticker");
        var names = simulator.Market.InstrumentNames;
        output.WriteLine($"tickers: {tickers}, of {names.Sum(name => simulator.CountFrames(TickerOf(name)))} that were sent");
        Assert.Empty(tickers.Back);
        Assert.Equal(0, tickers.Unmarked);
        foreach (var name in names)
        {
            var (key, sent) = ("deribit." + name, simulator.CountFrames(TickerOf(name)));
            Assert.Equal((key, simulator.Market.GetTickerUnixMs(name)), (key, tickers.LastUnixMs.GetValueOrDefault(key)));

            // A process that is killed has some in its socket and some that were not yet on disk; else every one is there.
            Assert.True(
                tickers.Count(key) == sent || (wasKilled && tickers.Count(key) < sent), $"{key}: {tickers.Count(key)} of {sent} tickers are on the topic.");
        }
    }

    private async Task<IEnumerable<(string Source, string Key, byte[] Value)>> LedgerAsync(string prefix) =>
        (await IndependentReader.ReadAsync(kafka.BootstrapServers, $"{prefix}.integrity"))
        .Select(record => (record.Headers["source"], record.Key, record.Value));

    // What the ledger says of the instruments of which trades are missing.
    private async Task<string> StoryAsync(List<SimulatedTrade> missing, string prefix)
    {
        var keys = missing.Select(trade => "deribit." + trade.InstrumentName).Distinct().Take(5).ToHashSet();
        var ledger = (await LedgerAsync(prefix)).Where(record => keys.Contains(record.Key)).Select(record => System.Text.Encoding.UTF8.GetString(record.Value));
        return $"{missing.Count} trades are missing, such as {string.Join(", ", missing.Take(10))}\nledger:\n{string.Join('\n', ledger)}";
    }

    // What is in a socket at the stop was not received. Redis has the newest of each instrument.
    private static async Task UntilReadAsync(SimulatorServer simulator, EmbeddedRedis redis)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        var values = connection.GetDatabase();
        foreach (var name in simulator.Market.InstrumentNames)
        {
            await UntilAsync($"deribit.{name}:orderbook", "change_id", simulator.Market.GetBook(name).ChangeId);
            await UntilAsync($"deribit.{name}:ticker", "timestamp", simulator.Market.GetTickerUnixMs(name));
            if (simulator.Market.GetTrades(name) is [.., var last])
                await UntilAsync($"deribit.{name}:trade", "trade_seq", last.TradeSeq);
        }

        // A key that has run out said what it had to.
        Task UntilAsync(string key, string member, long id) => Until.TrueAsync(
            async () => (string?)await values.StringGetAsync(key) is not { } json || JsonDocument.Parse(json).RootElement.GetProperty(member).GetInt64() >= id,
            () => $"{key} to have the {member} {id}");
    }

    private static string TickerOf(string name) => $"ticker.{name}.100ms";

    /// <summary>How far the exchange was in a moment: of each instrument the number of its newest trade, 0 without one, and its book's change.</summary>
    private sealed record Exchange(Dictionary<string, long> Trades, Dictionary<string, long> Books)
    {
        /// <summary>In a moment in which every channel is subscribed.</summary>
        public static Exchange Of(SimulatorServer simulator)
        {
            var names = simulator.Market.InstrumentNames;
            Assert.All(
                names.SelectMany(name => new[] { $"book.{name}.100ms", $"trades.{name}.100ms", TickerOf(name) }),
                channel => Assert.True(simulator.CountSubscriptions(channel) > 0, channel));
            return new Exchange(
                names.ToDictionary(name => name, name => simulator.Market.GetTrades(name) is [.., var last] ? last.TradeSeq : 0),
                names.ToDictionary(name => name, name => simulator.Market.GetBook(name).ChangeId));
        }
    }
}
