using System.Text;
using Deribit.Client.Recording;

namespace Deribit.Client.Tests.Recording;

/// <summary>What a replay knows of past trades.</summary>
public sealed class PlaybackTradesTests
{
    [Theory]
    [InlineData("{\"params\":{\"data\":[{\"trade_seq\":2,\"instrument_name\":\"\\ud800\"}]}}")]
    [InlineData("{\"params\":{\"data\":[{\"trade_seq\":2,\"instrument_name\":\"A\"")]
    [InlineData("nonsense")]
    public void Frame_that_cannot_be_read_teaches_nothing_and_ends_nothing(string frame)
    {
        var trades = new PlaybackTrades();
        trades.Learn("{\"params\":{\"data\":[{\"trade_seq\":1,\"instrument_name\":\"A\"}]}}"u8);
        trades.Learn(Encoding.UTF8.GetBytes(frame));
        trades.Learn("{\"params\":{\"data\":[{\"trade_seq\":3,\"instrument_name\":\"A\"}]}}"u8);
        var page = trades.Page("{\"params\":{\"instrument_name\":\"A\",\"sorting\":\"asc\"}}"u8.ToArray());
        Assert.Equal(
            "{\"trades\":[{\"trade_seq\":1,\"instrument_name\":\"A\"},{\"trade_seq\":3,\"instrument_name\":\"A\"}],\"has_more\":false}",
            Encoding.UTF8.GetString(page.Span));
    }
}
