using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>
/// Reads the links from a combo's trade to the trades of its legs, and nothing else of them: each leg's own channel carries the rest. The
/// member is not in the exchange's schema, so what does not fit is left out rather than refused. Sample:
/// <code>"legs":[{"trade_seq":271000001,"trade_id":"403691824","instrument_name":"BTC-PERPETUAL","price":92294.5,..},..]</code>
/// </summary>
internal static class TradeLegReader
{
    // The exchange allows 20 legs in a block trade; a combo has four at most.
    private const int MaxLegs = 32;

    /// <summary>Takes the value of <c>legs</c>; null when it names none.</summary>
    public static IReadOnlyList<DeribitTradeLeg>? Read(ref Utf8Scanner scanner, Utf8Words words)
    {
        if (scanner.PeekToken() != '[')
        {
            scanner.SkipValue();
            return null;
        }

        List<DeribitTradeLeg>? legs = null;
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
        {
            if (scanner.PeekToken() != '{') scanner.SkipValue();
            else if (ReadOne(ref scanner, words) is { } leg && (legs?.Count ?? 0) < MaxLegs) (legs ??= []).Add(leg);
        }

        return legs;
    }

    private static DeribitTradeLeg? ReadOne(ref Utf8Scanner scanner, Utf8Words words)
    {
        string? instrument = null, tradeId = null;
        long? sequence = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            TradeMember member = TradeMembers.Recognise(scanner.ReadName());
            if (member == TradeMember.InstrumentName && scanner.IsAtString()) instrument = words.Read(ref scanner);
            else if (member == TradeMember.TradeId && (scanner.IsAtString() || scanner.IsAtNumber()))
                tradeId = Utf8Words.ReadIdentifier(ref scanner);
            else if (member == TradeMember.TradeSequence && scanner.IsAtNumber()) sequence = scanner.ReadOptionalInt64("trade_seq");
            else scanner.SkipValue();
        }

        return instrument is not null && tradeId is not null ? new DeribitTradeLeg(instrument, tradeId, sequence) : null;
    }
}
