using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Market;

/// <summary>
/// Writes the data of book frames:
/// <c>{"timestamp":1790133845258,"type":"change","change_id":193809650259,"instrument_name":"NVDA_USDC-PERPETUAL",
/// "bids":[],"asks":[["change",228.58,91.89]],"prev_change_id":193809644396}</c>
/// </summary>
internal static class BookEncoder
{
    public static void Snapshot(ByteWriter json, SimInstrument instrument, NumberForms forms)
    {
        Head(json, instrument, "snapshot"u8);
        json.Raw(",\"bids\":["u8);
        Levels(json, instrument, instrument.Bids, ref forms);
        json.Raw("],\"asks\":["u8);
        Levels(json, instrument, instrument.Asks, ref forms);
        json.Raw("]}"u8);
    }

    public static void Change(
        ByteWriter json, SimInstrument instrument, long previousId, ReadOnlySpan<LevelChange> changes, NumberForms forms)
    {
        // The order of the fields is not fixed on the wire; both places of the link occur.
        var linkFirst = forms.OneIn(2);
        Head(json, instrument, "change"u8);
        if (linkFirst)
        {
            Link(json, previousId);
        }

        json.Raw(",\"bids\":["u8);
        Entries(json, instrument, changes, bids: true, ref forms);
        json.Raw("],\"asks\":["u8);
        Entries(json, instrument, changes, bids: false, ref forms);
        json.Byte((byte)']');
        if (!linkFirst)
        {
            Link(json, previousId);
        }

        json.Byte((byte)'}');
    }

    /// <summary>The whole window of a grouped book; <paramref name="stepTicks"/> 0 = as it stands.</summary>
    public static void Grouped(ByteWriter json, SimInstrument instrument, long stepTicks, int depth, NumberForms forms)
    {
        json.Raw("{\"timestamp\":"u8);
        json.Integer(instrument.BookTimestampUnixMs);
        json.Raw(",\"change_id\":"u8);
        json.Integer(instrument.ChangeId);
        json.Raw(",\"instrument_name\":"u8);
        json.Quoted(instrument.Spec.Name);
        json.Raw(",\"bids\":["u8);
        Window(json, instrument, bids: true, stepTicks, depth, ref forms);
        json.Raw("],\"asks\":["u8);
        Window(json, instrument, bids: false, stepTicks, depth, ref forms);
        json.Raw("]}"u8);
    }

    public static void Window(
        ByteWriter json, SimInstrument instrument, bool bids, long stepTicks, int depth, ref NumberForms forms)
    {
        var side = instrument.Side(bids);
        var written = 0;
        for (var i = 0; i < side.Count && written < depth; written++)
        {
            var (price, amount) = side.At(i++);
            if (stepTicks > 1)
            {
                price = Group(price, stepTicks, bids);
                while (i < side.Count && Group(side.At(i).Price, stepTicks, bids) == price)
                {
                    amount += side.At(i++).Amount;
                }
            }

            json.Raw(written > 0 ? ",["u8 : "["u8);
            Price(json, instrument, price, ref forms);
            json.Byte((byte)',');
            Amount(json, instrument, amount, ref forms);
            json.Byte((byte)']');
        }
    }

    public static void Price(ByteWriter json, SimInstrument instrument, long ticks, ref NumberForms forms) =>
        json.Number(ticks * instrument.Spec.TickMantissa, instrument.Spec.PriceScale, ref forms);

    public static void Amount(ByteWriter json, SimInstrument instrument, long lots, ref NumberForms forms) =>
        json.Number(lots * instrument.Spec.LotMantissa, instrument.Spec.AmountScale, ref forms);

    private static long Group(long price, long step, bool bids)
    {
        var floor = (long)Math.Floor((decimal)price / step) * step;
        return bids || floor == price ? floor : floor + step;
    }

    private static void Head(ByteWriter json, SimInstrument instrument, ReadOnlySpan<byte> type)
    {
        json.Raw("{\"timestamp\":"u8);
        json.Integer(instrument.BookTimestampUnixMs);
        json.Raw(",\"type\":\""u8);
        json.Raw(type);
        json.Raw("\",\"change_id\":"u8);
        json.Integer(instrument.ChangeId);
        json.Raw(",\"instrument_name\":\""u8);
        json.Text(instrument.Spec.Name);
        json.Byte((byte)'"');
    }

    private static void Link(ByteWriter json, long previousId)
    {
        json.Raw(",\"prev_change_id\":"u8);
        json.Integer(previousId);
    }

    private static void Levels(ByteWriter json, SimInstrument instrument, BookSide side, ref NumberForms forms)
    {
        for (var i = 0; i < side.Count; i++)
        {
            var (price, amount) = side.At(i);
            Entry(json, instrument, i > 0, "new"u8, price, amount, ref forms);
        }
    }

    private static void Entries(
        ByteWriter json, SimInstrument instrument, ReadOnlySpan<LevelChange> changes, bool bids, ref NumberForms forms)
    {
        var any = false;
        foreach (var change in changes)
        {
            if (change.IsBid == bids)
            {
                var action = change.After == 0 ? "delete"u8 : change.Before == 0 ? "new"u8 : "change"u8;
                Entry(json, instrument, any, action, change.Price, change.After, ref forms);
                any = true;
            }
        }
    }

    private static void Entry(
        ByteWriter json, SimInstrument instrument, bool comma, ReadOnlySpan<byte> action, long price, long amount, ref NumberForms forms)
    {
        json.Raw(comma ? ",[\""u8 : "[\""u8);
        json.Raw(action);
        json.Raw("\","u8);
        Price(json, instrument, price, ref forms);
        json.Byte((byte)',');
        Amount(json, instrument, amount, ref forms);
        json.Byte((byte)']');
    }
}
