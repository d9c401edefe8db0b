using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Market;

/// <summary>
/// Writes trades:
/// <c>{"timestamp":1742627465811,"price":84295.5,"direction":"buy","index_price":84319.98,
/// "instrument_name":"BTC-PERPETUAL","trade_seq":242126092,"amount":8430.0,"mark_price":84292.11,"tick_direction":2,
/// "contracts":843.0,"trade_id":"356130997"}</c>
/// </summary>
internal static class TradeEncoder
{
    public static void Array(ByteWriter json, SimInstrument instrument, ReadOnlySpan<Fill> fills, NumberForms forms)
    {
        json.Byte((byte)'[');
        for (var i = 0; i < fills.Length; i++)
        {
            if (i > 0)
            {
                json.Byte((byte)',');
            }

            One(json, instrument, fills[i], ref forms);
        }

        json.Byte((byte)']');
    }

    public static void One(ByteWriter json, SimInstrument instrument, in Fill fill, ref NumberForms forms)
    {
        json.Raw("{\"timestamp\":"u8);
        json.Integer(fill.TimestampUnixMs);
        json.Raw(",\"price\":"u8);
        BookEncoder.Price(json, instrument, fill.Price, ref forms);
        json.Raw(",\"amount\":"u8);
        BookEncoder.Amount(json, instrument, fill.Amount, ref forms);
        json.Raw(fill.IsBuy ? ",\"direction\":\"buy\""u8 : ",\"direction\":\"sell\""u8);
        json.Raw(",\"index_price\":"u8);
        json.Number(fill.IndexHundredths, 2, ref forms);
        json.Raw(",\"instrument_name\":\""u8);
        json.Text(instrument.Spec.Name);
        json.Raw("\",\"trade_seq\":"u8);
        json.Integer(fill.Seq);
        json.Raw(",\"mark_price\":"u8);
        BookEncoder.Price(json, instrument, fill.Mark, ref forms);
        json.Raw(",\"tick_direction\":"u8);
        json.Integer(fill.TickDirection);
        if (instrument.Spec.IsOption)
        {
            json.Raw(",\"iv\":"u8);
            json.Number(4000 + (fill.Seq % 1500), 2, ref forms);
        }

        json.Raw(",\"contracts\":"u8);
        json.Number(fill.Amount, 0, ref forms);
        json.Raw(",\"trade_id\":\""u8);
        json.Text(instrument.Group.TradeIdPrefix);
        json.Integer(fill.TradeNumber);
        json.Byte((byte)'"');
        if (fill.Combo is { } combo)
        {
            json.Raw(",\"combo_id\":"u8);
            json.Quoted(combo.Spec.Name);
            json.Raw(",\"combo_trade_id\":"u8);
            json.Quoted(fill.ComboTradeId!);
        }

        if (fill.Legs is { } legs)
        {
            json.Raw(",\"legs\":["u8);
            for (var i = 0; i < legs.Count; i++)
            {
                if (i > 0)
                {
                    json.Byte((byte)',');
                }

                One(json, legs[i].Instrument, legs[i].Fill, ref forms);
            }

            json.Byte((byte)']');
        }

        json.Byte((byte)'}');
    }
}
