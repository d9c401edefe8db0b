using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>
/// Reads instruments, which <c>instrument.creation</c> and <c>public/get_instruments</c> share. Sample (shortened):
/// <code>{"instrument_name":"BTC-13JAN23-16000-P","instrument_id":144613,"kind":"option","strike":16000,"tick_size":0.0005,
/// "tick_size_steps":[{"above_price":120,"tick_size":0.001}],"contract_size":1,"is_active":true}</code>
/// </summary>
/// <param name="words">For kinds, currencies and the like.</param>
internal sealed class InstrumentReader(Utf8Words words)
{
    private const int MaxSteps = 1_000;

    /// <summary>Takes one instrument.</summary>
    /// <exception cref="DeribitProtocolException">It has no name, or is malformed.</exception>
    public DeribitInstrument Read(ref Utf8Scanner scanner)
    {
        string? name = null, kind = null, state = null, @base = null, counter = null, quote = null, settlement = null, period = null;
        string? index = null, type = null, option = null;
        decimal? strike = null, contract = null, tick = null, minimum = null, maker = null, taker = null;
        long? id = null, created = null, expires = null, time = null;
        bool? active = null;
        IReadOnlyList<DeribitTickSizeStep> steps = [];

        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> member = scanner.ReadName();
            if (member.SequenceEqual("instrument_name"u8))
            {
                if (name is not null) scanner.Throw("The member 'instrument_name' occurs twice");
                name = scanner.ReadText();
            }
            else if (member.SequenceEqual("instrument_id"u8)) id = scanner.ReadOptionalInt64("instrument_id");
            else if (member.SequenceEqual("kind"u8)) kind = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("state"u8)) state = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("is_active"u8)) active = scanner.ReadOptionalBoolean();
            else if (member.SequenceEqual("base_currency"u8)) @base = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("counter_currency"u8)) counter = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("quote_currency"u8)) quote = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("settlement_currency"u8)) settlement = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("settlement_period"u8)) period = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("price_index"u8)) index = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("instrument_type"u8)) type = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("future_type"u8)) type ??= words.ReadOptional(ref scanner); // the name before instrument_type
            else if (member.SequenceEqual("option_type"u8)) option = words.ReadOptional(ref scanner);
            else if (member.SequenceEqual("strike"u8)) strike = scanner.ReadOptionalDecimal("strike");
            else if (member.SequenceEqual("contract_size"u8)) contract = scanner.ReadOptionalDecimal("contract_size");
            else if (member.SequenceEqual("tick_size"u8)) tick = scanner.ReadOptionalDecimal("tick_size");
            else if (member.SequenceEqual("tick_size_steps"u8)) steps = ReadSteps(ref scanner);
            else if (member.SequenceEqual("min_trade_amount"u8)) minimum = scanner.ReadOptionalDecimal("min_trade_amount");
            else if (member.SequenceEqual("maker_commission"u8)) maker = scanner.ReadOptionalDecimal("maker_commission");
            else if (member.SequenceEqual("taker_commission"u8)) taker = scanner.ReadOptionalDecimal("taker_commission");
            else if (member.SequenceEqual("creation_timestamp"u8)) created = scanner.ReadOptionalInt64("creation_timestamp");
            else if (member.SequenceEqual("expiration_timestamp"u8)) expires = scanner.ReadOptionalInt64("expiration_timestamp");
            else if (member.SequenceEqual("timestamp"u8)) time = scanner.ReadOptionalInt64("timestamp");
            else scanner.SkipValue();
        }

        if (name is null) scanner.Throw("The required member 'instrument_name' of an instrument is missing");
        return new DeribitInstrument
        {
            Name = name, Id = id, Kind = kind, State = state, IsActive = active, BaseCurrency = @base, CounterCurrency = counter,
            QuoteCurrency = quote, SettlementCurrency = settlement, SettlementPeriod = period, PriceIndex = index, InstrumentType = type,
            OptionType = option, Strike = strike, ContractSize = contract, TickSize = tick, TickSizeSteps = steps,
            MinTradeAmount = minimum, MakerCommission = maker, TakerCommission = taker, CreationTimeUnixMs = created,
            ExpirationTimeUnixMs = expires, ExchangeTimeUnixMs = time,
        };
    }

    private static List<DeribitTickSizeStep> ReadSteps(ref Utf8Scanner scanner)
    {
        if (scanner.PeekToken() != '[')
        {
            scanner.SkipValue();
            return [];
        }

        List<DeribitTickSizeStep> steps = [];
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
        {
            decimal? above = null, size = null;
            scanner.BeginObject();
            for (bool another = scanner.HasMember(); another; another = scanner.HasNextMember())
            {
                ReadOnlySpan<byte> member = scanner.ReadName();
                if (member.SequenceEqual("above_price"u8)) above = scanner.ReadOptionalDecimal("above_price");
                else if (member.SequenceEqual("tick_size"u8)) size = scanner.ReadOptionalDecimal("tick_size");
                else scanner.SkipValue();
            }

            if (steps.Count == MaxSteps) scanner.Throw($"An instrument has more than the {MaxSteps} tick size steps that are accepted");
            if (above is { } from && size is { } step) steps.Add(new DeribitTickSizeStep(from, step));
        }

        return steps;
    }
}
