using Deribit.Simulator.Channels;
using Deribit.Simulator.Instruments;
using Deribit.Simulator.Rpc;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Market;

/// <content>Channels and calls.</content>
internal sealed partial class SyntheticMarket
{
    public override IEnumerable<ReadOnlyMemory<byte>> InitialData(Channel channel, ByteWriter scratch)
    {
        switch (channel.Parsed.Family)
        {
            case ChannelFamily.Book:
                scratch.Clear();
                var instrument = (SimInstrument)channel.Subject!;
                BookEncoder.Snapshot(scratch, instrument, Forms(instrument.ChangeId));
                yield return scratch.Written.ToArray();
                break;
            case ChannelFamily.GroupedBook:
                scratch.Clear();
                WriteGrouped(scratch, channel, (SimInstrument)channel.Subject!);
                yield return scratch.Written.ToArray();
                break;
            case ChannelFamily.Ticker:
                scratch.Clear();
                var first = (SimInstrument)channel.Subject!;
                first.LastTickerUnixMs = _nowUnixMs;
                TickerEncoder.Write(scratch, first, _nowUnixMs, Forms(Steps));
                yield return scratch.Written.ToArray();
                break;
            case ChannelFamily.PlatformState:
                foreach (var index in _instruments.Select(one => one.Spec.PriceIndex).Distinct())
                {
                    scratch.Clear();
                    WriteLock(scratch, index);
                    yield return scratch.Written.ToArray();
                }

                break;
        }
    }

    public override void WriteInstruments(ByteWriter json, string currency, string kind)
    {
        json.Byte((byte)'[');
        var any = false;
        var listed = _instruments.Where(one => one.State is "open" or "locked");
        foreach (var instrument in listed.Where(one => one.Spec.MatchesCurrency(currency) && one.Spec.MatchesKind(kind)))
        {
            if (any)
            {
                json.Byte((byte)',');
            }

            InstrumentJson.Write(json, instrument.Spec, instrument.State);
            any = true;
        }

        json.Byte((byte)']');
    }

    public override RpcError? WriteInstrument(ByteWriter json, string instrument)
    {
        if (Instrument(instrument) is not { } known)
        {
            return RpcError.NotFound;
        }

        InstrumentJson.Write(json, known.Spec, known.State);
        return null;
    }

    public override RpcError? WriteOrderBook(ByteWriter json, string instrument, int depth)
    {
        if (Instrument(instrument) is not { } known)
        {
            return RpcError.NotFound;
        }

        var forms = NumberForms.PlainOnly;
        json.Byte((byte)'{');
        TickerEncoder.Fields(json, known, known.BookTimestampUnixMs, ref forms);
        json.Raw(",\"change_id\":"u8);
        json.Integer(known.ChangeId);
        json.Raw(",\"bids\":["u8);
        BookEncoder.Window(json, known, bids: true, 0, depth, ref forms);
        json.Raw("],\"asks\":["u8);
        BookEncoder.Window(json, known, bids: false, 0, depth, ref forms);
        json.Raw("]}"u8);
        return null;
    }

    public override RpcError? WriteTicker(ByteWriter json, string instrument)
    {
        if (Instrument(instrument) is not { } known)
        {
            return RpcError.NotFound;
        }

        TickerEncoder.Write(json, known, _nowUnixMs, NumberForms.PlainOnly);
        return null;
    }

    public override RpcError? WriteTrades(ByteWriter json, string instrument, TradeQuery query)
    {
        if (Instrument(instrument) is not { } known)
        {
            return RpcError.NotFound;
        }

        var matching = known.Served(query.FromHistory).Where(fill => query.Contains(fill.Seq, fill.TimestampUnixMs));
        var page = (query.Ascending ? matching : matching.Reverse()).Take(query.Count + 1).ToArray();
        json.Raw("{\"trades\":"u8);
        TradeEncoder.Array(json, known, page.AsSpan(0, Math.Min(page.Length, query.Count)), NumberForms.PlainOnly);
        json.Raw(page.Length > query.Count ? ",\"has_more\":true}"u8 : ",\"has_more\":false}"u8);
        return null;
    }

    public override (decimal? Bid, decimal? Ask) BestPrices(string instrument)
    {
        var known = Instrument(instrument);
        return known is null
            ? (null, null)
            : (Best(known, known.Bids), Best(known, known.Asks));
    }

    private static decimal? Best(SimInstrument instrument, BookSide side) =>
        side.Count > 0 ? PriceOf(instrument, side.BestPrice) : null;

    public static decimal PriceOf(SimInstrument instrument, long ticks) =>
        Scaled(ticks * instrument.Spec.TickMantissa, instrument.Spec.PriceScale);

    public static decimal AmountOf(SimInstrument instrument, long lots) =>
        Scaled(lots * instrument.Spec.LotMantissa, instrument.Spec.AmountScale);

    protected override Channel? Create(string name, ChannelName parsed)
    {
        if (parsed.Family is ChannelFamily.TradesByKind or ChannelFamily.InstrumentState or ChannelFamily.InstrumentCreation
            or ChannelFamily.PlatformState or ChannelFamily.PublicMethodsState)
        {
            var wide = new Channel(name, parsed, null);
            if (parsed.Family == ChannelFamily.TradesByKind)
            {
                _instruments.FindAll(one => Covers(wide, one)).ForEach(one => one.TradeChannels.Add(wide));
            }

            return wide;
        }

        if (parsed.Family == ChannelFamily.Other || Instrument(parsed.Instrument) is not { State: "open" or "locked" } instrument)
        {
            return null;
        }

        var channel = new Channel(name, parsed, instrument);
        var list = parsed.Family switch
        {
            ChannelFamily.Book => instrument.BookChannels,
            ChannelFamily.GroupedBook => instrument.GroupedChannels,
            ChannelFamily.Ticker => instrument.TickerChannels,
            _ => instrument.TradeChannels,
        };
        list.Add(channel);
        return channel;
    }

    protected override bool IsListed(Channel channel) => channel.Subject is not SimInstrument { State: not ("open" or "locked") };

    private static bool Covers(Channel channel, SimInstrument instrument) =>
        instrument.Spec.MatchesKind(channel.Parsed.Kind) && instrument.Spec.MatchesCurrency(channel.Parsed.Currency);

    private static decimal Scaled(long mantissa, int scale) =>
        new(unchecked((int)Math.Abs(mantissa)), (int)(Math.Abs(mantissa) >> 32), 0, mantissa < 0, (byte)scale);

    private void WriteGrouped(ByteWriter json, Channel channel, SimInstrument instrument)
    {
        var hundredths = ChannelName.GroupStepHundredths(instrument.Spec.Name, channel.Parsed.Group);
        var tickHundredths = instrument.Spec.TickMantissa * (instrument.Spec.PriceScale == 1 ? 10 : 1);
        BookEncoder.Grouped(json, instrument, hundredths / tickHundredths, channel.Parsed.Depth, Forms(instrument.ChangeId));
    }
}
