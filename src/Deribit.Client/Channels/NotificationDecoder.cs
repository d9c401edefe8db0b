using Deribit.Client.Json;
using Deribit.Client.Protocol;

namespace Deribit.Client.Channels;

/// <summary>
/// The room's entry. In: the bytes of one subscription frame. Out: one message, reused for books, trades and tickers; a frame that cannot
/// be used comes out as a <see cref="DeribitUnusableFrame"/>. It owns a copy of the current frame, the table of channels and the reused
/// messages. It runs on the one thread that reads the connection, and is not for two threads at once.
/// <para>
/// The way of one frame, marked in the bodies below:
/// 1. copy the frame once, with padding, so that no later step asks for the end;
/// 2. compare the usual head, up to the channel's opening quote, in one go;
/// 3. find the channel in the table by its bytes: no string is made;
/// 4. decode the data in one pass, straight from digits to decimals;
/// 5. check what follows the data: normally two braces and the end.
/// A frame with its members in another order takes the slow way of step 2b: the data is passed over, and decoded when the channel is known.
/// </para>
/// </summary>
internal sealed partial class NotificationDecoder : INotificationDecoder
{
    /// <summary>How much of a frame is kept when it cannot be used.</summary>
    public const int MaxRawBytes = 64 * 1024;

    /// <summary>Longest frame that is decoded; a book of the most levels that are accepted stays below it.</summary>
    public const int MaxFrameBytes = 16 * 1024 * 1024;

    private const int MaxChannels = 65_536;
    private const int MaxWords = 65_536;

    private readonly PaddedBuffer _frame = new();
    private readonly Utf8Table<ChannelEntry> _channels = new(MaxChannels);
    private readonly Utf8Words _words = new(MaxWords);
    private readonly BookDecoder _books;
    private readonly GroupedBookDecoder _groupedBooks;
    private readonly TickerDecoder _tickers;
    private readonly TradeReader _trades;
    private readonly DeribitTrades _tradesMessage;
    private readonly InstrumentReader _instruments;
    private ChannelEntry? _channel;
    private long _unknownChannels;

    public NotificationDecoder()
    {
        _books = new BookDecoder(_frame, _words);
        _groupedBooks = new GroupedBookDecoder(_frame);
        _tickers = new TickerDecoder(_frame, _words);
        _trades = new TradeReader(_words);
        _tradesMessage = new DeribitTrades(_frame);
        _instruments = new InstrumentReader(_words);
    }

    /// <inheritdoc/>
    public DeribitMessage Decode(ReadOnlySpan<byte> frame, long receivedAtUnixNs, long generation)
    {
        DeribitMessage message;
        _channel = null;
        try
        {
            // 1.
            if (frame.Length > MaxFrameBytes)
            {
                throw new DeribitProtocolException(
                    $"The frame of {frame.Length} bytes is longer than the {MaxFrameBytes} that are accepted.");
            }

            _frame.Set(frame);
            Utf8Scanner scanner = new(_frame);
            message = DecodeFrame(ref scanner);
        }
        catch (DeribitProtocolException fault)
        {
            message = new DeribitUnusableFrame
            {
                Reason = fault.Message,
                Channel = _channel?.Name,
                InstrumentName = _channel?.InstrumentName,
                Raw = Keep(frame),
            };
        }

        message.ReceivedAtUnixNs = receivedAtUnixNs;
        message.Generation = generation;
        return message;
    }

    private static byte[] Keep(ReadOnlySpan<byte> frame) => frame[..Math.Min(frame.Length, MaxRawBytes)].ToArray();

    private DeribitMessage DecodeFrame(ref Utf8Scanner scanner)
    {
        // 2. Sample: {"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.100ms","data":{..}}}
        ReadOnlySpan<byte> head = """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"""u8;
        if (!scanner.IsAt(head)) return DecodeAnyOrder(ref scanner);
        scanner.Position += head.Length;

        // 3.
        ChannelEntry channel = ReadChannel(ref scanner);
        ReadOnlySpan<byte> data = ",\"data\":"u8;
        if (!scanner.IsAt(data))
        {
            scanner.Position = 0;
            return DecodeAnyOrder(ref scanner);
        }

        scanner.Position += data.Length;

        // 4.
        DeribitMessage message = DecodeData(ref scanner, channel);

        // 5.
        ReadOnlySpan<byte> tail = "}}"u8;
        if (scanner.Length - scanner.Position == tail.Length && scanner.IsAt(tail)) return message;
        return DecodeRest(ref scanner, message);
    }

    private ChannelEntry ReadChannel(ref Utf8Scanner scanner)
    {
        ReadOnlySpan<byte> name = scanner.ReadWord();
        if (_channels.Find(name) is { } known) return _channel = known;
        ChannelEntry channel = new(DeribitChannels.Parse(scanner.ToText(name)));
        if (channel.Kind != DeribitChannelKind.Unknown) _channels.TryAdd(name, channel);
        return _channel = channel;
    }

    private DeribitMessage DecodeData(ref Utf8Scanner scanner, ChannelEntry channel)
    {
        switch (channel.Kind)
        {
            case DeribitChannelKind.Book:
                return _books.Decode(ref scanner, channel);
            case DeribitChannelKind.GroupedBook:
                return _groupedBooks.Decode(ref scanner, channel);
            case DeribitChannelKind.Ticker:
                return _tickers.Decode(ref scanner, channel);
            case DeribitChannelKind.Trades:
            case DeribitChannelKind.TradesByKind:
                _tradesMessage.Channel = channel.Name;
                _tradesMessage.InstrumentName = channel.InstrumentName;
                _tradesMessage.TradeList.Clear();
                _trades.ReadAll(ref scanner, _tradesMessage.TradeList);
                return _tradesMessage;
            case DeribitChannelKind.InstrumentState:
                return StateReader.ReadInstrumentState(ref scanner, channel, _words);
            case DeribitChannelKind.InstrumentCreation:
                return new DeribitInstrumentCreated { Channel = channel.Name, Instrument = _instruments.Read(ref scanner) };
            case DeribitChannelKind.PlatformState:
                return StateReader.ReadPlatformState(ref scanner, _words);
            case DeribitChannelKind.PublicMethodsState:
                return StateReader.ReadPublicMethodsState(ref scanner);
            default:
                scanner.SkipValue();
                return new DeribitUnknownChannel { Channel = channel.Name, Count = ++_unknownChannels, Raw = Keep(_frame.Text) };
        }
    }
}
