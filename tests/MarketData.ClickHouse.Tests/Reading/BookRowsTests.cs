using System.Net;
using System.Net.Sockets;
using MarketData.ClickHouse.Reading;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.ClickHouse.Tests.Reading;

/// <summary>Events from the texts that ClickHouse answers with, and an answer that does not come.</summary>
public sealed class BookRowsTests
{
    private static readonly Instrument _instrument = new() { Exchange = "x", Name = "A-B" };

    [Fact]
    public void Row_is_read_to_the_last_digit()
    {
        var book = BookRows.Read(_instrument, "x.A-B", BookAction.Update, Row(
            prices: "[92011.500000000000000001,-99999999999999999999.99999999]", amounts: "[0,79228162514264337593543950335]"));
        Assert.Equal(
            [new(92011.500000000000000001m, 0), new(-99_999_999_999_999_999_999.99999999m, decimal.MaxValue)], book.Bids.ToArray());
        Assert.Empty(book.Asks.ToArray());
        Assert.Equal((1_795_447_094_480L, 1_795_447_094_480_929_417L, 7L, 6L, null), (
            book.ExchangeTimeUnixMs, book.ReceivedAtUnixNs, book.ChangeId, book.PreviousChangeId, book.VerifiedAtUnixNs));
        Assert.Equal((new BookLevel(0.1m, 2), null), (book.BestBid, book.BestAsk));
    }

    [Theory]
    [InlineData("[99999999999999999999.999999999]", "[1]")]
    [InlineData("[1,2]", "[1]")]
    [InlineData("[1]", "[1,2]")]
    [InlineData("[1e5]", "[1]")]
    [InlineData("[]", "[1]")]
    [InlineData("", "")]
    public void Row_that_would_be_rounded_or_guessed_is_refused(string prices, string amounts) =>
        Assert.Throws<IOException>(() => BookRows.Read(_instrument, "x.A-B", BookAction.Update, Row(prices, amounts)));

    [Fact]
    public void Kind_of_a_newer_version_is_left_out() => Assert.Null(BookRows.ReadLedger(_instrument, "x.A-B", ["invented", "", "", "", "", "", "", "", ""]));

    [Fact]
    public async Task Answer_that_does_not_come_is_a_time_out_also_in_the_middle_of_the_rows()
    {
        var clock = new FakeTimeProvider();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var reader = new ClickHouseBookHistory(new ClickHouseOptions { Url = $"http://{listener.LocalEndpoint}" }, clock);
        await using var updates = reader.ReadUpdatesAsync(_instrument, 0, 0, 1, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = updates.MoveNextAsync();
        using var peer = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = peer.GetStream();
        Assert.True(await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken) > 0);
        var row = "[\"" + string.Join("\",\"", Row("[1]", "[1]")) + "\"]\n";
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{row}"), TestContext.Current.CancellationToken);
        Assert.True(await first);
        var second = updates.MoveNextAsync();
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(31));
        var error = await Assert.ThrowsAsync<HistoryError>(async () => await second);
        Assert.Contains("did not answer within 30 s", error.Message, StringComparison.Ordinal);
    }

    private static string[] Row(string prices, string amounts) =>
        ["1795447094480", "1795447094480929417", "3", "7", "6", "", prices, amounts, "[]", "[]", "0.1", "2", "", ""];
}
