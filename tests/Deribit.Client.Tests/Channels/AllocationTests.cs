using System.Text;
using Deribit.Client.Channels;

namespace Deribit.Client.Tests.Channels;

public sealed class AllocationTests
{
    [Fact]
    public void Known_book_and_ticker_frames_allocate_nothing()
    {
        string option = Frames.Ticker.Insert(1, """ "greeks":{"delta":0.99603,"vega":1e-05},"underlying_index":"SYN.BTC-19APR21",""");
        byte[][] frames =
        [
            Encoding.UTF8.GetBytes(Frames.Book(Frames.BookSnapshot)),
            Encoding.UTF8.GetBytes(Frames.Book(Frames.BookChange)),
            Encoding.UTF8.GetBytes(Frames.Book(Frames.BookChange.Replace("228.58", "-1234567890.123456789", StringComparison.Ordinal))),
            Encoding.UTF8.GetBytes($$"""{"params":{"data":{{Frames.BookChange}},"channel":"book.NVDA_USDC-PERPETUAL.raw"},"method":"subscription"}"""),
            Encoding.UTF8.GetBytes(Frames.Notification("ticker.BTC-PERPETUAL.100ms", Frames.Ticker)),
            Encoding.UTF8.GetBytes(Frames.Notification("ticker.BTC-PERPETUAL.100ms", option)),
        ];
        NotificationDecoder decoder = new();
        foreach (byte[] frame in frames) Assert.IsNotType<DeribitUnusableFrame>(decoder.Decode(frame, 1, 1));

        foreach (byte[] frame in frames)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++) decoder.Decode(frame, i, 1);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(allocated == 0, $"{allocated} bytes in 1,000 times {Encoding.UTF8.GetString(frame)}");
        }
    }
}
