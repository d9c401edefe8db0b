using System.Text.Json;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests;

/// <summary><c>marketdata tail</c> and <c>marketdata book</c> beside a running <c>up</c>.</summary>
[Trait("kind", "integration")]
public sealed class InspectTests
{
    [Fact]
    public async Task Tail_and_book_read_what_up_collects()
    {
        await using var up = await UpProcess.StartAsync(["--instruments", "4", "--rate", "200"]);

        await using (var tail = ChildProcess.Marketdata(
            "tail", "orderbook", "BTC-PERPETUAL", "--count", "3", "--from-beginning", "--addresses", up.AddressFile))
        {
            Assert.True(await tail.ExitAsync() == 0, tail.Everything);
            var books = tail.Output.Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(3, books.Count);
            Assert.All(books, book => Assert.Equal("BTC-PERPETUAL", book.GetProperty("instrument_name").GetString()));
            Assert.Equal("snapshot", books[0].GetProperty("action").GetString());
        }

        // The default file of that up; the name with the exchange in front does as well; what comes is followed until Ctrl-C.
        await using (var tail = ChildProcess.Start("MarketData.Cli.dll", ["tail", "trades"], Beside(up)))
        {
            var trade = JsonDocument.Parse(await tail.LineAsync("\"data_type\":\"trade\"")).RootElement;
            Assert.True(trade.GetProperty("price").GetDecimal() != 0);
            await tail.SignalAsync("INT");
            Assert.True(await tail.ExitAsync() == 0, tail.Everything);
            Assert.All(tail.Output, line => Assert.StartsWith("{", line, StringComparison.Ordinal));
        }

        await using (var ladder = ChildProcess.Start("MarketData.Cli.dll", ["book", "deribit.BTC-PERPETUAL", "--depth", "3"], Beside(up)))
        {
            Assert.True(await ladder.ExitAsync() == 0, ladder.Everything);
            Assert.StartsWith("deribit.BTC-PERPETUAL  change_id ", ladder.Output[0], StringComparison.Ordinal);
            Assert.Equal(3, ladder.Output.Count(line => line.Contains(" ask ", StringComparison.Ordinal)));
            Assert.Equal(3, ladder.Output.Count(line => line.Contains(" bid ", StringComparison.Ordinal)));
            Assert.Contains(ladder.Output, line => line.Contains("spread ", StringComparison.Ordinal));
        }

        await using (var json = ChildProcess.Marketdata("book", "BTC-PERPETUAL", "--json", "--addresses", up.AddressFile))
        {
            Assert.True(await json.ExitAsync() == 0, json.Everything);
            Assert.Equal("orderbook", JsonDocument.Parse(Assert.Single(json.Output)).RootElement.GetProperty("data_type").GetString());
        }

        // A name that nobody collects is waited for, but not in silence; the singular does as well.
        await using (var typo = ChildProcess.Marketdata("tail", "tickers", "BTC-PERP", "--addresses", up.AddressFile))
        {
            var sentence = await typo.LineAsync("Nothing of deribit.BTC-PERP has come on market.ticker");
            Assert.Contains("\"*\", which means it if the exchange lists it. Did you mean \"BTC-PERPETUAL\"? Waiting goes on.", sentence, StringComparison.Ordinal);
            Assert.False(typo.HasExited);
            await typo.SignalAsync("INT");
            Assert.True(await typo.ExitAsync() == 0, typo.Everything);
            Assert.Empty(typo.Output);
        }

        await using (var typo = ChildProcess.Marketdata("tail", "trade", "NOPE", "--until-end", "--from-beginning", "--addresses", up.AddressFile))
        {
            Assert.True(await typo.ExitAsync() == 0, typo.Everything);
            Assert.StartsWith("Nothing of deribit.NOPE has come on market.trades", Assert.Single(typo.Errors), StringComparison.Ordinal);
            Assert.DoesNotContain("Did you mean", typo.Errors[0], StringComparison.Ordinal);
        }

        await using (var unknown = ChildProcess.Marketdata("book", "BTC-PERPETUALL", "--addresses", up.AddressFile))
        {
            Assert.True(await unknown.ExitAsync() == 1, unknown.Everything);
            Assert.Equal(
                ["Redis holds no book of deribit.BTC-PERPETUALL: it is not collected, or it is not in sync right now."], unknown.Errors);
        }
    }

    [Theory]
    [InlineData("book BTC/PERPETUAL", "has characters that no instrument name has")]
    [InlineData("book BTC/PERPETUAL", "The command line cannot be used:")]
    [InlineData("tail quotes", "Argument 'quotes' not recognized. Must be one of: 'orderbook' 'orderbooks' 'trade' 'trades' 'ticker' 'tickers' 'integrity'")]
    [InlineData("tail trades --count some", "--count some: give a whole number from 1 to 2147483647.")]
    [InlineData("tail trades", "no up of this user runs")]
    [InlineData("book X --addresses nowhere.json", "--addresses nowhere.json: there is no such file, or up did not write it.")]
    [InlineData("book", "Required argument 'symbol' missing for command: 'book'.")]
    public Task Bad_argument_is_one_clear_sentence_and_exit_code_2(string arguments, string sentence) =>
        ChildProcess.AssertRefusedAsync(arguments, sentence);

    [Fact]
    public async Task File_that_others_could_have_laid_ready_is_not_trusted()
    {
        var directory = Directory.CreateTempSubdirectory("marketdata-test-").FullName;
        var file = Path.Combine(directory, $"marketdata-up-{Environment.UserName}.json");
        await File.WriteAllTextAsync(
            file, """{"kafka":"127.0.0.1:1","redis":"127.0.0.1:1","http":"","exchange":""}""", TestContext.Current.CancellationToken);
        await using var book = ChildProcess.Start("MarketData.Cli.dll", ["book", "BTC-PERPETUAL"], directory: directory);
        Assert.True(await book.ExitAsync() == 2, book.Everything);
        Assert.Contains(book.Errors, line => line.Contains("no up of this user runs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Addresses_of_an_up_that_was_killed_are_told_to_be_that_at_once()
    {
        await using var up = await UpProcess.StartAsync(["--instruments", "1"]);
        await up.Process.SignalAsync("KILL");
        await up.Process.ExitAsync();
        foreach (var arguments in (string[][])[["book", "BTC-PERPETUAL"], ["tail", "trades"], ["symbols", "list"], ["coverage", "BTC-PERPETUAL"]])
        {
            await using var command = ChildProcess.Start("MarketData.Cli.dll", arguments, Beside(up));
            Assert.True(await command.ExitAsync() == 2, command.Everything);
            Assert.Contains(command.Errors, line => line.Contains($"the up at {up.Http} no longer runs", StringComparison.Ordinal));
        }

        await using var named = ChildProcess.Marketdata("tail", "trades", "--addresses", up.AddressFile);
        Assert.True(await named.ExitAsync() == 2, named.Everything);
        Assert.Contains(named.Errors, line => line.Contains($"--addresses {up.AddressFile}: the up at {up.Http} no longer runs", StringComparison.Ordinal));

        // Whose own Kafka is told does not need the file.
        var own = new Dictionary<string, string>(Beside(up)) { ["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1" };
        await using var tail = ChildProcess.Start("MarketData.Cli.dll", ["tail", "trades"], own);
        Assert.True(await tail.ExitAsync() == 1, tail.Everything);
        Assert.DoesNotContain(tail.Errors, line => line.Contains("no longer runs", StringComparison.Ordinal));
    }

    // The newest up leaves its addresses in the temporary directory.
    private static Dictionary<string, string> Beside(UpProcess up) => new() { ["TMPDIR"] = up.Process.Directory };
}
