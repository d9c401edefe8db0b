using System.Text;
using System.Text.Json;
using Deribit.Client.Channels;
using Deribit.Client.Methods;

namespace Deribit.Client.Tests.Channels;

public sealed class RecordedFrameTests
{
    // The author who quoted this snapshot left its asks out; a book without a side must not pass for a whole one.
    private static readonly string[] UnusableOnPurpose = ["gocryptotrader_2023-02_frames.ws.jsonl:1"];

    [Fact]
    public void Every_recorded_notification_equals_the_reference()
    {
        NotificationDecoder decoder = new();
        int books = 0, tickers = 0, trades = 0;
        foreach ((string where, string line) in RecordedFrames.Lines("*.ws.jsonl"))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            if (!json.RootElement.TryGetProperty("method", out JsonElement method) || method.GetString() != "subscription") continue;

            DeribitMessage message = decoder.Decode(Encoding.UTF8.GetBytes(line), 1, 1);
            if (UnusableOnPurpose.Contains(where))
            {
                Assert.Contains("'asks'", Assert.IsType<DeribitUnusableFrame>(message).Reason, StringComparison.Ordinal);
                continue;
            }

            Assert.Equal($"{where} {Reference.Describe(json.RootElement)}", $"{where} {Reference.Describe(message)}");
            books += message is DeribitBook or DeribitGroupedBook ? 1 : 0;
            tickers += message is DeribitTicker ? 1 : 0;
            trades += message is DeribitTrades ? 1 : 0;
        }

        Assert.True(books >= 100 && tickers >= 150 && trades >= 10, $"{books} books, {tickers} tickers, {trades} trades were compared.");
    }

    [Fact]
    public void Every_recorded_instrument_is_read()
    {
        int count = 0;
        foreach ((string where, string line) in RecordedFrames.Lines("*.http.jsonl"))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement result = json.RootElement.GetProperty("result");
            IReadOnlyList<DeribitInstrument> instruments = ResponseDecoder.DecodeInstruments(Encoding.UTF8.GetBytes(result.GetRawText()));
            Assert.Equal(result.GetArrayLength(), instruments.Count);
            foreach ((JsonElement expected, DeribitInstrument actual) in result.EnumerateArray().Zip(instruments))
            {
                Assert.True(expected.GetProperty("instrument_name").GetString() == actual.Name, where);
                Assert.Equal(expected.GetProperty("tick_size").GetDecimal(), actual.TickSize);
                Assert.Equal(expected.GetProperty("contract_size").GetDecimal(), actual.ContractSize);
                Assert.Equal(expected.GetProperty("kind").GetString(), actual.Kind);
                Assert.Equal(expected.GetProperty("is_active").GetBoolean(), actual.IsActive);
                Assert.Equal(expected.GetProperty("expiration_timestamp").GetInt64(), actual.ExpirationTimeUnixMs);
                count++;
            }
        }

        Assert.True(count > 1_000, $"{count} instruments were compared.");
    }

    [Fact]
    public void Recorded_book_and_trades_replies_are_read()
    {
        int books = 0, pages = 0;
        foreach ((_, string line) in RecordedFrames.Lines("*.jsonl"))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            if (!json.RootElement.TryGetProperty("result", out JsonElement result) || result.ValueKind != JsonValueKind.Object) continue;
            byte[] bytes = Encoding.UTF8.GetBytes(result.GetRawText());
            if (result.TryGetProperty("change_id", out JsonElement changeId))
            {
                DeribitOrderBookSnapshot book = ResponseDecoder.DecodeOrderBook(bytes);
                Assert.Equal(changeId.GetInt64(), book.ChangeId);
                Assert.Equal(result.GetProperty("bids").GetArrayLength(), book.Bids.Length);
                Assert.Equal(result.GetProperty("asks")[0][0].GetDecimal(), book.Asks.Span[0].Price);
                Assert.Equal(result.GetProperty("mark_price").GetDecimal(), book.Ticker.MarkPrice);
                books++;
            }
            else if (result.TryGetProperty("has_more", out JsonElement hasMore))
            {
                DeribitTradesPage page = ResponseDecoder.DecodeTrades(bytes);
                Assert.Equal(hasMore.GetBoolean(), page.HasMore);
                Assert.Equal(result.GetProperty("trades").GetArrayLength(), page.Trades.Count);
                Assert.Equal(result.GetProperty("trades")[0].GetProperty("starbase_match_id").GetInt64(), page.Trades[0].StarbaseMatchId);
                pages++;
            }
        }

        Assert.True(books > 0 && pages > 0, $"{books} books and {pages} pages were compared.");
    }
}
