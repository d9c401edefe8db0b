using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>
/// Decodes the data of <c>ticker.{instrument}.{interval}</c>. Sample (shortened):
/// <code>{"timestamp":1790755218559,"state":"open","stats":{"high":84548.5,"low":null,"volume":9341.40027576},"index_price":83251.03,
/// "instrument_name":"BTC-PERPETUAL","last_price":null,"estimated_delivery_price":"expired","current_funding":-2.1714e-4,
/// "best_bid_price":0.0,"best_bid_amount":0.0,"greeks":{"delta":0.05785}}</code>
/// </summary>
/// <param name="frame">The frame that the message shows as its raw bytes.</param>
/// <param name="words">For states and names of underlyings.</param>
internal sealed class TickerDecoder(PaddedBuffer frame, Utf8Words words)
{
    private readonly DeribitTicker _ticker = new(frame);

    /// <summary>Takes the data; the result is reused.</summary>
    /// <exception cref="DeribitProtocolException">It cannot be used.</exception>
    public DeribitTicker Decode(ref Utf8Scanner scanner, ChannelEntry channel)
    {
        DeribitTicker ticker = _ticker;
        ticker.Clear();
        ticker.Channel = channel.Name;
        ticker.InstrumentName = channel.RequiredInstrumentName;
        SeenMembers seen = default;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            TickerMember member = TickerMembers.Recognise(name);
            if (member == TickerMember.Unknown)
            {
                scanner.SkipValue();
                continue;
            }

            if (!seen.TryAdd((int)member)) SeenMembers.ThrowTwice(ref scanner, Utf8Scanner.Describe(name));
            if (member == TickerMember.Timestamp) ticker.ExchangeTimeUnixMs = scanner.ReadInt64("timestamp");
            else if (member == TickerMember.InstrumentName) channel.CheckInstrumentName(ref scanner);
            else if (!TickerReader.TryRead(ref scanner, member, ticker, words)) scanner.SkipValue();
        }

        seen.Require(ref scanner, (int)TickerMember.Timestamp, "timestamp");
        return ticker;
    }
}
