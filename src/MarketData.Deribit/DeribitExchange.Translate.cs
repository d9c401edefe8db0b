using Deribit.Client;
using MarketData.Books;
using MarketData.Trades;

namespace MarketData.Deribit;

public sealed partial class DeribitExchange
{
    private BookLevel[] _bids = new BookLevel[64];
    private BookLevel[] _asks = new BookLevel[64];

    /// <summary>One venue message -> any number of domain events in <see cref="_output"/>.</summary>
    private void Translate(DeribitMessage message, Shard shard)
    {
        switch (message)
        {
            case DeribitBook book:
                ApplyBook(book, shard);
                break;
            case DeribitTicker ticker:
                ApplyTicker(ticker, shard);
                break;
            case DeribitTrades trades:
                ApplyTrades(trades, shard);
                break;
            case DeribitConnected connected:
                AdapterLog.Connected(_logger, _options.WsUrl, shard.Number, connected.Generation, connected.Authenticated);
                Connected(shard);
                break;
            case DeribitDisconnected disconnected:
                if (disconnected.Reason == DeribitDisconnectReason.Stopped)
                    AdapterLog.Stopped(_logger, shard.Number, disconnected.Generation);
                else
                    AdapterLog.Disconnected(_logger, shard.Number, disconnected.Generation, disconnected.Detail);
                Disconnected(shard, disconnected.Detail);
                if (disconnected.ReadTooSlowly)
                    Split(shard);
                break;
            case DeribitChannelsAcknowledged acknowledged:
                Acknowledged(acknowledged, shard);
                break;
            case DeribitChannelsEnded ended:
                Ended(ended, shard);
                break;
            case DeribitChannelsRefused refused:
                Refused(refused, shard);
                break;
            case DeribitUnusableFrame unusable:
                Unusable(unusable, shard);
                break;
            case DeribitUnknownChannel unknown:
                Reject("connection", unknown.Channel, null, $"No subscription asked for the channel {LogText.Of(unknown.Channel)}.", unknown.Raw, unknown);
                break;
            case DeribitInstrumentState state:
                if (RouteOf(state.InstrumentName, shard) is not null)
                    AdapterLog.InstrumentState(_logger, state.InstrumentName, LogText.Of(state.State));
                ListingsChanged();
                break;
            case DeribitInstrumentCreated:
                ListingsChanged();
                break;
            case DeribitPlatformState platform:
                ApplyPlatformState(platform);
                break;
            default:
                // Channels that are subscribed for the exchange's news only.
                break;
        }
    }

    private void ApplyBook(DeribitBook book, Shard shard)
    {
        if (RouteOf(book.InstrumentName, shard) is not { Book: not null } route || route.Ending.HasFlag(DataKind.OrderBook))
            return;
        if (book.UnknownActions > 0)
            WarnOnce("book action", book.UnknownAction, false);
        var bids = ToLevels(book.Bids, ref _bids);
        var asks = ToLevels(book.Asks, ref _asks);
        if (IsOffTick(route, route.Book, book, bids, asks))
            return;
        _books.Apply(
            route.Book,
            new BookFrame
            {
                IsSnapshot = book.Kind == DeribitBookKind.Snapshot,
                ExchangeTimeUnixMs = book.ExchangeTimeUnixMs,
                ReceivedAtUnixNs = book.ReceivedAtUnixNs,
                ChangeId = book.ChangeId,
                PreviousChangeId = book.PreviousChangeId,
                Bids = bids,
                Asks = asks,
                Raw = book.RawFrame,
            },
            _output);
    }

    private static ReadOnlySpan<BookLevel> ToLevels(ReadOnlySpan<DeribitBookLevel> source, ref BookLevel[] buffer)
    {
        if (source.Length > buffer.Length)
            buffer = new BookLevel[Math.Max(source.Length, buffer.Length * 2)];
        for (var i = 0; i < source.Length; i++)
            buffer[i] = new BookLevel(source[i].Price, source[i].Amount);
        return buffer.AsSpan(0, source.Length);
    }

    private void ApplyTrades(DeribitTrades trades, Shard shard)
    {
        var now = _timeProvider.GetTimestamp();
        foreach (var trade in trades.Trades)
        {
            // A kind channel (trades.option.any) also carries instruments that nobody asked for.
            if (RouteOf(trade.InstrumentName, shard) is not { } route || route.Ending.HasFlag(DataKind.Trade))
                continue;
            route.TradeWatch?.Spoke(now);
            if (IsOffTick(route, trade, trades))
                continue;
            var translated = TradeTranslator.Translate(trade, route, trades);
            WarnOnce("direction", trade.Direction, translated.Direction != TradeDirection.Unknown);
            _trades.Add(translated);
        }

        _tapes.Accept(_trades, _output);
        _trades.Clear();
    }

    // The deadline for a snapshot runs from here: before, the exchange had not promised any.
    private void Acknowledged(DeribitChannelsAcknowledged acknowledged, Shard shard)
    {
        foreach (var channel in acknowledged.Channels)
        {
            if (WatchOf(channel, shard) is { } watch)
                watch.Cadence.Began(_timeProvider.GetTimestamp());
            if (BookOf(channel, shard) is { } book)
                _books.ResyncStarted(book);
            else if (TapeOf(channel, shard) is { } tape)
                tape.Subscribed();
            else if (channel == DeribitChannels.InstrumentState())
                ListingsChanged(); // What was listed and delisted before its news were subscribed, nobody has told.
        }
    }

    private ChannelWatch? WatchOf(string channel, Shard shard) => DeribitChannels.Parse(channel) switch
    {
        { Kind: DeribitChannelKind.Trades, InstrumentName: { } name } => RouteOf(name, shard)?.TradeWatch,
        { Kind: DeribitChannelKind.Ticker, InstrumentName: { } name } => RouteOf(name, shard)?.TickerWatch,
        _ => null,
    };

    private TradeTape? TapeOf(string channel, Shard shard) =>
        DeribitChannels.Parse(channel) is { Kind: DeribitChannelKind.Trades, InstrumentName: { } name } && RouteOf(name, shard) is not null
            ? _tapes.Find(name)
            : null;

    // By instrument, not by the name that was asked for: a raw channel that was denied is acknowledged as its 100 ms one.
    private OrderBookSynchroniser? BookOf(string channel, Shard shard) =>
        DeribitChannels.Parse(channel) is { Kind: DeribitChannelKind.Book, InstrumentName: { } name }
            ? RouteOf(name, shard)?.Book
            : null;

    private void Refused(DeribitChannelsRefused refused, Shard shard)
    {
        if (!refused.GivenUp)
            return;
        AdapterLog.ChannelsRefused(_logger, refused.Channels.Count, refused.Channels[0]);
        foreach (var channel in refused.Channels)
        {
            var reason = $"Deribit refuses the channel {channel}. {refused.Detail}";
            if (BookOf(channel, shard) is { } book)
            {
                _books.Unavailable(book, reason, _output);
                continue;
            }

            TapeOf(channel, shard)?.Refused();
            // Asked about from now on, and subscribed anew when the exchange has news: it may take the channel then.
            WatchOf(channel, shard)?.Cadence.Began(_timeProvider.GetTimestamp());
            if (KindOf(channel) is not var (name, _) || RouteOf(name, shard) is not null)
                Reject(StreamOf(channel), channel, DeribitChannels.Parse(channel).InstrumentName, reason, default, refused);
        }
    }

    private void Unusable(DeribitUnusableFrame frame, Shard shard)
    {
        if (frame.Channel is { } channel && frame.InstrumentName is { } name && StreamOf(channel) == "orderbook"
            && RouteOf(name, shard) is { Book: not null } route && !route.Ending.HasFlag(DataKind.OrderBook))
        {
            AdapterLog.FrameRejected(_logger, LogText.Of(channel), LogText.Of(frame.Reason));
            _books.Reject(route.Book, frame.Reason, frame.Raw.Span, _output);
            return;
        }

        if (frame.Channel is not null && TapeOf(frame.Channel, shard) is { } tape)
        {
            AdapterLog.FrameRejected(_logger, LogText.Of(frame.Channel), LogText.Of(frame.Reason));
            tape.Reject(frame.Reason, frame.Raw.Span, _output);
            return;
        }

        if (frame.Channel is null)
        {
            // It may have carried trades of any instrument of the connection: every tape asks what came behind its last one.
            foreach (var each in RoutesOf(shard))
                _tapes.Find(each.Instrument.Name)?.AskWhatCameBehind();
        }

        Reject(frame.Channel is null ? "connection" : StreamOf(frame.Channel), frame.Channel, frame.InstrumentName, frame.Reason, frame.Raw, frame);
    }

    private void Reject(string stream, string? channel, string? name, string reason, ReadOnlyMemory<byte> raw, DeribitMessage message)
    {
        AdapterLog.FrameRejected(_logger, LogText.Of(channel ?? "an unknown channel"), LogText.Of(reason));

        // A name that nobody asked for never becomes a key: it may be invented, or its story may have been closed already.
        AddIntegrity(
            stream, name is null ? null : _routes.GetValueOrDefault(name), IntegrityKind.Rejected, reason, raw, message.ReceivedAtUnixNs);
    }

    private void AddIntegrity(
        string stream, InstrumentRoute? route, IntegrityKind kind, string? detail, ReadOnlyMemory<byte> raw, long receivedAtUnixNs = 0) =>
        _output.Add(new IntegrityEvent
        {
            Exchange = ExchangeName,
            InstrumentName = route?.Instrument.Name ?? "*",
            Key = route?.Key ?? $"{ExchangeName}.*",
            ExchangeTimeUnixMs = 0,
            ReceivedAtUnixNs = receivedAtUnixNs != 0 ? receivedAtUnixNs : UnixNow(),
            Epoch = route?.Epoch ?? _epoch,
            Channel = stream,
            Kind = kind,
            Detail = detail,
            Raw = raw,
        });

    private long UnixNow() => (_timeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static string StreamOf(string channel) => channel.Split('.', 2)[0] switch
    {
        "book" => "orderbook",
        "trades" => "trade",
        "ticker" => "ticker",
        _ => "connection",
    };

    private void WarnOnce(string field, string? value, bool known)
    {
        // The set is bounded so that a hostile feed cannot fill the memory with new words.
        if (!known && value is not null && _unknownValues.Count < 1000 && _unknownValues.Add(field + "=" + LogText.Of(value)))
            AdapterLog.UnknownValue(_logger, field, LogText.Of(value));
    }

    // Deribit API v2, ticker.state, as of 2026-01-13, and the words before that date.
    private static readonly HashSet<string> KnownStates = new(StringComparer.Ordinal)
    {
        "open", "settlement", "delivered", "inactive", "locked", "halted", "archivized", "closed",
    };
}
