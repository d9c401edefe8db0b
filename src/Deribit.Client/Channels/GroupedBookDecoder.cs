using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>
/// Decodes the data of <c>book.{instrument}.{group}.{depth}.{interval}</c>. Sample:
/// <code>{"timestamp":1790133841369,"change_id":193809623552,"instrument_name":"BTC_USDC-PERPETUAL","bids":[[86775.8,0.216]],
/// "asks":[[86776.0,0.0009],[86778.0,0.3001]]}</code>
/// </summary>
/// <param name="frame">The frame that the message shows as its raw bytes.</param>
internal sealed class GroupedBookDecoder(PaddedBuffer frame)
{
    private readonly DeribitGroupedBook _book = new(frame);

    /// <summary>Takes the data; the result is reused.</summary>
    /// <exception cref="DeribitProtocolException">It cannot be used.</exception>
    public DeribitGroupedBook Decode(ref Utf8Scanner scanner, ChannelEntry channel)
    {
        DeribitGroupedBook book = _book;
        book.Channel = channel.Name;
        book.InstrumentName = channel.RequiredInstrumentName;
        SeenMembers seen = default;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            BookMember member = BookMembers.Read(ref scanner);
            if (member != BookMember.Unknown && !seen.TryAdd((int)member)) SeenMembers.ThrowTwice(ref scanner, BookMembers.Name(member));
            switch (member)
            {
                case BookMember.Timestamp:
                    book.ExchangeTimeUnixMs = scanner.ReadInt64("timestamp");
                    break;
                case BookMember.ChangeId:
                    book.ChangeId = scanner.ReadInt64("change_id");
                    break;
                case BookMember.InstrumentName:
                    channel.CheckInstrumentName(ref scanner);
                    break;
                case BookMember.Bids:
                    LevelReader.ReadPairs(ref scanner, book.BidLevels);
                    break;
                case BookMember.Asks:
                    LevelReader.ReadPairs(ref scanner, book.AskLevels);
                    break;
                default:
                    scanner.SkipValue();
                    break;
            }
        }

        seen.Require(ref scanner, (int)BookMember.Timestamp, "timestamp");
        seen.Require(ref scanner, (int)BookMember.ChangeId, "change_id");
        seen.Require(ref scanner, (int)BookMember.Bids, "bids");
        seen.Require(ref scanner, (int)BookMember.Asks, "asks");
        return book;
    }
}
