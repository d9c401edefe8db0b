using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Instruments;

/// <summary>Writes one instrument as <c>public/get_instruments</c> lists it.</summary>
internal static class InstrumentJson
{
    public static void Write(ByteWriter json, InstrumentSpec spec, string state, long? timestampUnixMs = null)
    {
        var forms = NumberForms.PlainOnly;
        json.Raw("{\"instrument_name\":"u8);
        json.Quoted(spec.Name);
        json.Raw(",\"instrument_id\":"u8);
        json.Integer(spec.InstrumentId);
        Field(json, "kind", spec.Kind);
        Field(json, "state", state);
        json.Raw(",\"is_active\":"u8);
        json.Raw(state is "open" or "locked" or "settlement" ? "true"u8 : "false"u8);
        Field(json, "base_currency", spec.Base);
        Field(json, "counter_currency", spec.IsInverse ? "USD" : spec.Quote);
        Field(json, "quote_currency", spec.Quote);
        Field(json, "price_index", spec.PriceIndex);
        if (spec.Kind != "spot")
        {
            Field(json, "instrument_type", spec.IsInverse ? "reversed" : "linear");
            Field(json, "settlement_currency", spec.IsInverse ? spec.Base : spec.Quote);
            Field(json, "settlement_period", spec.IsPerpetual ? "perpetual" : "month");
        }

        json.Raw(",\"contract_size\":"u8);
        json.Number(spec.LotMantissa, spec.AmountScale, ref forms);
        json.Raw(",\"min_trade_amount\":"u8);
        json.Number(spec.LotMantissa, spec.AmountScale, ref forms);
        json.Raw(",\"tick_size\":"u8);
        json.Number(spec.TickMantissa, spec.PriceScale, ref forms);
        json.Raw(",\"tick_size_steps\":["u8);
        if (spec.StepAboveTicks > 0)
        {
            json.Raw("{\"above_price\":"u8);
            json.Number(spec.StepAboveTicks * spec.TickMantissa, spec.PriceScale, ref forms);
            json.Raw(",\"tick_size\":"u8);
            json.Number(spec.StepTicks * spec.TickMantissa, spec.PriceScale, ref forms);
            json.Byte((byte)'}');
        }

        json.Raw("],\"creation_timestamp\":1671696002000,\"expiration_timestamp\":"u8);
        json.Integer(spec.ExpirationUnixMs);
        if (spec.IsOption)
        {
            json.Raw(",\"strike\":"u8);
            json.Text(spec.Strike!);
            Field(json, "option_type", spec.IsPut ? "put" : "call");
        }

        json.Raw(",\"maker_commission\":0.0003,\"taker_commission\":0.0003,\"underlying_type\":\"crypto\""u8);
        if (timestampUnixMs is { } timestamp)
        {
            json.Raw(",\"timestamp\":"u8);
            json.Integer(timestamp);
        }

        json.Byte((byte)'}');
    }

    private static void Field(ByteWriter json, string name, string value)
    {
        json.Raw(",\""u8);
        json.Text(name);
        json.Raw("\":"u8);
        json.Quoted(value);
    }
}
