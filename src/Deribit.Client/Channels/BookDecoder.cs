using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>
/// Decodes the data of <c>book.{instrument}.{interval}</c>. Sample:
/// <code>{"timestamp":1790133842703,"type":"change","change_id":193809634213,"instrument_name":"ALGO_USDC-PERPETUAL",
/// "bids":[["new",0.11374,1054.0],["delete",0.11344,0.0]],"asks":[["new",0.11411,1.931e3]],"prev_change_id":193809631160}</code>
/// </summary>
/// <param name="frame">The frame that the message shows as its raw bytes.</param>
/// <param name="words">For words of actions that are not known.</param>
internal sealed class BookDecoder(PaddedBuffer frame, Utf8Words words)
{
    private readonly DeribitBook _book = new(frame);

    /// <summary>Takes the data; the result is reused.</summary>
    /// <exception cref="DeribitProtocolException">It cannot be used.</exception>
    public DeribitBook Decode(ref Utf8Scanner scanner, ChannelEntry channel)
    {
        DeribitBook book = _book;
        book.Channel = channel.Name;
        book.InstrumentName = channel.RequiredInstrumentName;
        book.UnknownActions = 0;
        book.UnknownAction = null;
        book.PreviousChangeId = null;
        SeenMembers seen = default;
        DeribitBookKind? kind = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            BookMember member = BookMembers.Read(ref scanner);
            if (member != BookMember.Unknown && !seen.TryAdd((int)member)) SeenMembers.ThrowTwice(ref scanner, BookMembers.Name(member));
            switch (member)
            {
                case BookMember.Type:
                    kind = ReadKind(ref scanner);
                    break;
                case BookMember.Timestamp:
                    book.ExchangeTimeUnixMs = scanner.ReadInt64("timestamp");
                    break;
                case BookMember.ChangeId:
                    book.ChangeId = scanner.ReadInt64("change_id");
                    break;
                case BookMember.PreviousChangeId:
                    book.PreviousChangeId = scanner.TryReadNull() ? null : scanner.ReadInt64("prev_change_id");
                    break;
                case BookMember.InstrumentName:
                    channel.CheckInstrumentName(ref scanner);
                    break;
                case BookMember.Bids:
                    LevelReader.ReadActions(ref scanner, book.BidLevels, words, book);
                    break;
                case BookMember.Asks:
                    LevelReader.ReadActions(ref scanner, book.AskLevels, words, book);
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

        // Frames before 2021 have no type: then the one without a link is the snapshot.
        book.Kind = kind ?? (book.PreviousChangeId is null ? DeribitBookKind.Snapshot : DeribitBookKind.Change);
        if (book.Kind == DeribitBookKind.Snapshot) book.PreviousChangeId = null;
        else if (book.PreviousChangeId is null) scanner.Throw("The required member 'prev_change_id' of a change is missing");
        return book;
    }

    private static DeribitBookKind? ReadKind(ref Utf8Scanner scanner)
    {
        if (scanner.TryReadNull()) return null;
        ReadOnlySpan<byte> type = scanner.ReadWord();
        if (type.SequenceEqual("change"u8)) return DeribitBookKind.Change;
        if (!type.SequenceEqual("snapshot"u8))
            scanner.Throw($"The book's type '{Utf8Scanner.Describe(type)}' is neither 'snapshot' nor 'change', so it cannot be applied");
        return DeribitBookKind.Snapshot;
    }
}
