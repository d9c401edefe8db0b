using Deribit.Client.Channels;
using Deribit.Client.Json;

namespace Deribit.Client.Methods;

/// <summary>
/// Decodes the results of the typed methods. In: the bytes of a <c>result</c>. Out: objects of their own, or a
/// <see cref="DeribitProtocolException"/>. It owns nothing; any thread.
/// </summary>
internal static class ResponseDecoder
{
    private const int MaxInstruments = 100_000;
    private const int MaxWords = 4_096;

    // [{"instrument_name":"BTC-PERPETUAL",..},..]
    public static IReadOnlyList<DeribitInstrument> DecodeInstruments(ReadOnlySpan<byte> result)
    {
        Utf8Scanner scanner = new(PaddedBuffer.Of(result));
        InstrumentReader reader = new(new Utf8Words(MaxWords));
        List<DeribitInstrument> instruments = [];
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
        {
            if (instruments.Count == MaxInstruments) scanner.Throw($"There are more than the {MaxInstruments} instruments accepted");
            instruments.Add(reader.Read(ref scanner));
        }

        scanner.ExpectEnd();
        return instruments;
    }

    // {"instrument_name":"BTC-PERPETUAL",..}
    public static DeribitInstrument DecodeInstrument(ReadOnlySpan<byte> result)
    {
        Utf8Scanner scanner = new(PaddedBuffer.Of(result));
        DeribitInstrument instrument = new InstrumentReader(new Utf8Words(MaxWords)).Read(ref scanner);
        scanner.ExpectEnd();
        return instrument;
    }

    // {"trades":[{"trade_seq":299983429,..},..],"has_more":true}
    public static DeribitTradesPage DecodeTrades(ReadOnlySpan<byte> result)
    {
        Utf8Scanner scanner = new(PaddedBuffer.Of(result));
        TradeReader reader = new(new Utf8Words(MaxWords));
        List<DeribitTrade>? trades = null;
        bool? hasMore = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            if (name.SequenceEqual("trades"u8))
            {
                if (trades is not null) SeenMembers.ThrowTwice(ref scanner, "trades");
                trades = [];
                reader.ReadAll(ref scanner, trades);
            }
            else if (name.SequenceEqual("has_more"u8))
            {
                if (hasMore is not null) SeenMembers.ThrowTwice(ref scanner, "has_more");
                hasMore = scanner.ReadOptionalBoolean();
            }
            else
            {
                scanner.SkipValue();
            }
        }

        scanner.ExpectEnd();
        if (trades is null) scanner.Throw("The required member 'trades' is missing");
        if (hasMore is null) scanner.Throw("The required member 'has_more' is missing");
        return new DeribitTradesPage(trades, hasMore.GetValueOrDefault());
    }

    // {"timestamp":1789939036574,"state":"open","change_id":174959286421,"instrument_name":"BTC-PERPETUAL","bids":[[80836.5,65010.0]],
    //  "asks":[[80837.0,10810.0]],"last_price":80832.5,..}
    public static DeribitOrderBookSnapshot DecodeOrderBook(ReadOnlySpan<byte> result)
    {
        Utf8Scanner scanner = new(PaddedBuffer.Of(result));
        Utf8Words words = new(MaxWords);
        DeribitTicker ticker = new(frame: null);
        LevelList bids = new(), asks = new();
        SeenMembers seen = default;
        long changeId = 0;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            TickerMember member = TickerMembers.Recognise(name);
            if (member != TickerMember.Unknown && !seen.TryAdd((int)member))
                SeenMembers.ThrowTwice(ref scanner, Utf8Scanner.Describe(name));
            switch (member)
            {
                case TickerMember.InstrumentName: ticker.InstrumentName = scanner.ReadText(); break;
                case TickerMember.Timestamp: ticker.ExchangeTimeUnixMs = scanner.ReadInt64("timestamp"); break;
                case TickerMember.ChangeId: changeId = scanner.ReadInt64("change_id"); break;
                case TickerMember.Bids: LevelReader.ReadPairs(ref scanner, bids); break;
                case TickerMember.Asks: LevelReader.ReadPairs(ref scanner, asks); break;
                default:
                    if (!TickerReader.TryRead(ref scanner, member, ticker, words)) scanner.SkipValue();
                    break;
            }
        }

        scanner.ExpectEnd();
        seen.Require(ref scanner, (int)TickerMember.InstrumentName, "instrument_name");
        seen.Require(ref scanner, (int)TickerMember.Timestamp, "timestamp");
        seen.Require(ref scanner, (int)TickerMember.ChangeId, "change_id");
        seen.Require(ref scanner, (int)TickerMember.Bids, "bids");
        seen.Require(ref scanner, (int)TickerMember.Asks, "asks");
        return new DeribitOrderBookSnapshot
        {
            InstrumentName = ticker.InstrumentName,
            ExchangeTimeUnixMs = ticker.ExchangeTimeUnixMs,
            ChangeId = changeId,
            Bids = bids.Levels.ToArray(),
            Asks = asks.Levels.ToArray(),
            Ticker = ticker,
        };
    }
}
