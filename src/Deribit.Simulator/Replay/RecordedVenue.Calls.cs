using Deribit.Simulator.Channels;
using Deribit.Simulator.Instruments;
using Deribit.Simulator.Rpc;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Replay;

/// <content>Channels and calls: they know what has been served so far, nothing of what is to come.</content>
internal sealed partial class RecordedVenue
{
    public override IEnumerable<ReadOnlyMemory<byte>> InitialData(Channel channel, ByteWriter scratch)
    {
        if (channel.Parsed.Family == ChannelFamily.Book && _books.TryGetValue(channel.Parsed.Instrument, out var book) && book.IsKnown)
        {
            scratch.Clear();
            book.WriteSnapshot(scratch);
            yield return scratch.Written.ToArray();
        }
    }

    public override void WriteInstruments(ByteWriter json, string currency, string kind)
    {
        json.Byte((byte)'[');
        var any = false;
        foreach (var spec in Recording.Instruments.Where(one => one.MatchesCurrency(currency) && one.MatchesKind(kind)))
        {
            if (any)
            {
                json.Byte((byte)',');
            }

            InstrumentJson.Write(json, spec, "open");
            any = true;
        }

        json.Byte((byte)']');
    }

    public override RpcError? WriteInstrument(ByteWriter json, string instrument)
    {
        if (!_specs.TryGetValue(instrument, out var spec))
        {
            return RpcError.NotFound;
        }

        InstrumentJson.Write(json, spec, "open");
        return null;
    }

    public override RpcError? WriteOrderBook(ByteWriter json, string instrument, int depth)
    {
        if (!_books.TryGetValue(instrument, out var book) || !book.IsKnown)
        {
            return _specs.ContainsKey(instrument) ? new RpcError(13028, "temporarily_unavailable") : RpcError.NotFound;
        }

        json.Raw("{\"state\":\"open\","u8);
        book.WriteHead(json);
        json.Raw(",\"bids\":["u8);
        RecordedBook.WriteLevels(json, book.Bids, "", depth);
        json.Raw("],\"asks\":["u8);
        RecordedBook.WriteLevels(json, book.Asks, "", depth);
        json.Raw("]}"u8);
        return null;
    }

    public override RpcError? WriteTicker(ByteWriter json, string instrument)
    {
        if (!_tickers.TryGetValue(instrument, out var frame))
        {
            return _specs.ContainsKey(instrument) ? new RpcError(13028, "temporarily_unavailable") : RpcError.NotFound;
        }

        json.Raw(frame.Line.Span[frame.Data]);
        return null;
    }

    public override RpcError? WriteTrades(ByteWriter json, string instrument, TradeQuery query)
    {
        if (!_specs.ContainsKey(instrument))
        {
            return RpcError.NotFound;
        }

        var known = _trades.GetValueOrDefault(instrument) ?? [];
        var matching = known.Where(trade => query.Contains(trade.Seq, trade.TimestampUnixMs)).DistinctBy(trade => trade.Seq);
        var sorted = query.Ascending ? matching.OrderBy(trade => trade.Seq) : matching.OrderByDescending(trade => trade.Seq);
        var page = sorted.Take(query.Count + 1).ToList();
        json.Raw("{\"trades\":"u8);
        Join(json, page.Take(query.Count).ToList());
        json.Raw(page.Count > query.Count ? ",\"has_more\":true}"u8 : ",\"has_more\":false}"u8);
        return null;
    }

    public override (decimal? Bid, decimal? Ask) BestPrices(string instrument) =>
        _books.TryGetValue(instrument, out var book) && book.IsKnown
            ? (First(book.Bids), First(book.Asks))
            : (null, null);

    private static decimal? First(IEnumerable<RecordedLevel> side) => side.Select(level => (decimal?)level.Price).FirstOrDefault();

    protected override Channel? Create(string name, ChannelName parsed)
    {
        var route = parsed.Family switch
        {
            ChannelFamily.Book => "book." + parsed.Instrument,
            ChannelFamily.GroupedBook => GroupedRoute(parsed),
            ChannelFamily.Ticker => "ticker." + parsed.Instrument,
            ChannelFamily.Trades => "trades." + parsed.Instrument,
            ChannelFamily.TradesByKind => WideRoute(parsed.Kind, parsed.Currency),
            _ => Route(parsed, name),
        };
        var exists = parsed.Family switch
        {
            ChannelFamily.Book or ChannelFamily.GroupedBook or ChannelFamily.Ticker or ChannelFamily.Trades =>
                _specs.ContainsKey(parsed.Instrument),
            ChannelFamily.Other => Recording.Frames.Any(frame => Route(frame.Channel, frame.ChannelText) == route),
            _ => true,
        };
        if (!exists)
        {
            return null;
        }

        var channel = new Channel(name, parsed, null);
        if (!_routes.TryGetValue(route, out var channels))
        {
            _routes.Add(route, channels = []);
        }

        channels.Add(channel);
        return channel;
    }
}
