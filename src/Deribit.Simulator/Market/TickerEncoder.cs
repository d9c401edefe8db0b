using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Market;

/// <summary>Writes the fields of a ticker; best prices and amounts are the book's own at that moment.</summary>
internal static class TickerEncoder
{
    public static void Write(ByteWriter json, SimInstrument instrument, long timestampUnixMs, NumberForms forms)
    {
        json.Byte((byte)'{');
        Fields(json, instrument, timestampUnixMs, ref forms);
        json.Byte((byte)'}');
    }

    public static void Fields(ByteWriter json, SimInstrument instrument, long timestampUnixMs, ref NumberForms forms)
    {
        var spec = instrument.Spec;
        json.Raw("\"timestamp\":"u8);
        json.Integer(timestampUnixMs);
        json.Raw(",\"state\":\""u8);
        json.Text(instrument.State);
        json.Raw("\",\"stats\":"u8);
        Stats(json, instrument, ref forms);
        json.Raw(",\"index_price\":"u8);
        json.Number(instrument.IndexHundredths, 2, ref forms);
        json.Raw(",\"instrument_name\":\""u8);
        json.Text(spec.Name);
        json.Raw("\",\"last_price\":"u8);
        if (instrument.LastFill is { } last)
        {
            BookEncoder.Price(json, instrument, last.Price, ref forms);
        }
        else
        {
            json.Raw("null"u8);
        }

        json.Raw(",\"mark_price\":"u8);
        BookEncoder.Price(json, instrument, instrument.Reference, ref forms);
        var band = Math.Max(4, Math.Abs(spec.AnchorTicks) / 5);
        json.Raw(",\"min_price\":"u8);
        BookEncoder.Price(json, instrument, spec.IsCombo ? spec.AnchorTicks - band : Math.Max(1, spec.AnchorTicks - band), ref forms);
        json.Raw(",\"max_price\":"u8);
        BookEncoder.Price(json, instrument, spec.AnchorTicks + band, ref forms);
        if (!spec.IsCombo && spec.Kind != "spot")
        {
            json.Raw(",\"open_interest\":"u8);
            BookEncoder.Amount(json, instrument, instrument.OpenInterest, ref forms);
            json.Raw(",\"settlement_price\":"u8);
            BookEncoder.Price(json, instrument, spec.AnchorTicks, ref forms);
            json.Raw(",\"estimated_delivery_price\":"u8);
            json.Number(instrument.IndexHundredths, 2, ref forms);
        }

        if (spec.IsPerpetual)
        {
            json.Raw(",\"current_funding\":"u8);
            json.Number(instrument.ChangeId % 7 == 0 ? 0 : instrument.ChangeId % 400, 8, ref forms);
            json.Raw(",\"funding_8h\":0.00001742,\"interest_value\":0.0028213400122472977"u8);
        }

        if (spec.IsOption)
        {
            Option(json, instrument, ref forms);
        }

        Best(json, instrument, bids: false, ref forms);
        Best(json, instrument, bids: true, ref forms);
    }

    // An empty side has been seen as null and as 0.0.
    private static void Best(ByteWriter json, SimInstrument instrument, bool bids, ref NumberForms forms)
    {
        var side = instrument.Side(bids);
        json.Raw(bids ? ",\"best_bid_price\":"u8 : ",\"best_ask_price\":"u8);
        if (side.Count > 0)
        {
            BookEncoder.Price(json, instrument, side.BestPrice, ref forms);
        }
        else
        {
            json.Raw(forms.OneIn(2) ? "null"u8 : "0.0"u8);
        }

        json.Raw(bids ? ",\"best_bid_amount\":"u8 : ",\"best_ask_amount\":"u8);
        BookEncoder.Amount(json, instrument, side.Count > 0 ? side.At(0).Amount : 0, ref forms);
    }

    private static void Stats(ByteWriter json, SimInstrument instrument, ref NumberForms forms)
    {
        if (instrument.LastFill is not { } last)
        {
            json.Raw("""{"high":null,"low":null,"price_change":null,"volume":0.0}"""u8);
            return;
        }

        json.Raw("{\"high\":"u8);
        BookEncoder.Price(json, instrument, instrument.High, ref forms);
        json.Raw(",\"low\":"u8);
        BookEncoder.Price(json, instrument, instrument.Low, ref forms);
        json.Raw(",\"price_change\":"u8);
        var anchor = Math.Max(1, Math.Abs(instrument.Spec.AnchorTicks));
        json.Number((last.Price - instrument.Spec.AnchorTicks) * 1_000_000 / anchor, 4, ref forms);
        json.Raw(",\"volume\":"u8);
        BookEncoder.Amount(json, instrument, instrument.Volume, ref forms);
        json.Raw(",\"volume_usd\":"u8);
        json.Number(instrument.Volume * 10, 0, ref forms);
        json.Byte((byte)'}');
    }

    private static void Option(ByteWriter json, SimInstrument instrument, ref NumberForms forms)
    {
        var noise = instrument.ChangeId % 1000;
        json.Raw(",\"underlying_price\":"u8);
        json.Number(instrument.IndexHundredths, 2, ref forms);
        json.Raw(",\"underlying_index\":\"index_price\",\"interest_rate\":0.0,\"bid_iv\":"u8);
        json.Number(instrument.Bids.Count == 0 ? 0 : 4000 + noise, 2, ref forms);
        json.Raw(",\"ask_iv\":"u8);
        json.Number(instrument.Asks.Count == 0 ? 0 : 5200 + noise, 2, ref forms);
        json.Raw(",\"mark_iv\":"u8);
        json.Number(4600 + noise, 2, ref forms);
        json.Raw(",\"greeks\":{\"delta\":"u8);
        json.Number(instrument.Spec.IsPut ? -40_000 - noise : 40_000 + noise, 5, ref forms);
        json.Raw(",\"gamma\":0.00001,\"theta\":-52.15463,\"vega\":"u8);
        json.Number(9_000_000 + noise, 5, ref forms);
        json.Raw(",\"rho\":1.423e-4}"u8);
    }
}
