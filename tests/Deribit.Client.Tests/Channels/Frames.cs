using System.Text;
using Deribit.Client.Channels;

namespace Deribit.Client.Tests.Channels;

/// <summary>Small frames of our own writing, and how to decode them.</summary>
internal static class Frames
{
    public const string BookSnapshot =
        """{"timestamp":1790133840448,"type":"snapshot","change_id":193809616666,"instrument_name":"NVDA_USDC-PERPETUAL","bids":[["new",228.51,0.22],["new",228.4,13.70]],"asks":[["new",228.52,1.0002e6]]}""";

    public const string BookChange =
        """{"timestamp":1790133845258,"type":"change","change_id":193809650259,"instrument_name":"NVDA_USDC-PERPETUAL","bids":[],"asks":[["change",228.58,91.89],["delete",3.9e3,0.0]],"prev_change_id":193809644396}""";

    public const string Trade =
        """{"timestamp":1789344933994,"price":76917.5,"amount":8450.0,"direction":"buy","index_price":76906.67,"instrument_name":"BTC-PERPETUAL","trade_seq":140284854,"mark_price":76917.12,"tick_direction":0,"starbase_match_id":225046781992378368,"trade_id":"267258393","contracts":845.0,"starbase_timestamp":1789344933994718924}""";

    public const string Ticker =
        """{"timestamp":1790755218559,"state":"open","stats":{"high":84548.5,"low":null,"price_change":-0.8525,"volume":9341.40027576,"volume_usd":781497780.0},"index_price":83251.03,"instrument_name":"BTC-PERPETUAL","last_price":null,"settlement_price":8.55e4,"open_interest":797578130,"mark_price":83212.14,"interest_value":-4.467407940520975e-5,"current_funding":-2.1714e-4,"estimated_delivery_price":"expired","funding_8h":-3.1e-6,"best_ask_price":83212.5,"best_bid_price":0.0,"best_ask_amount":261910.0,"best_bid_amount":0.0}""";

    public static string Notification(string channel, string data) =>
        "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"" + channel + "\",\"data\":" + data + "}}";

    public static string Book(string data) => Notification("book.NVDA_USDC-PERPETUAL.100ms", data);

    public static string Trades(params string[] trades) => Notification("trades.BTC-PERPETUAL.100ms", "[" + string.Join(',', trades) + "]");

    public static DeribitMessage Decode(string frame) => Decode(Encoding.UTF8.GetBytes(frame));

    public static DeribitMessage Decode(byte[] frame) => new NotificationDecoder().Decode(frame, receivedAtUnixNs: 42, generation: 7);

    public static TMessage Decode<TMessage>(string frame)
        where TMessage : DeribitMessage
    {
        DeribitMessage message = Decode(frame);
        if (message is DeribitUnusableFrame unusable && typeof(TMessage) != typeof(DeribitUnusableFrame)) Assert.Fail(unusable.Reason);
        return Assert.IsType<TMessage>(message);
    }

    public static string Reason(string frame) => Decode<DeribitUnusableFrame>(frame).Reason;
}
