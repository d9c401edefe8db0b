using System.Globalization;
using Deribit.Simulator.Instruments;

namespace Deribit.Simulator.Market;

/// <content>Trades on demand. Needs the gate.</content>
internal sealed partial class SyntheticMarket
{
    /// <summary>Makes trades in one message, without a change of the book.</summary>
    public void Trade(SimInstrument instrument, int count)
    {
        _nowUnixMs = Hub.Time.GetUtcNow().ToUnixTimeMilliseconds();
        _fills.Clear();
        for (var i = 0; i < count; i++)
        {
            var fill = NextFill(instrument, OnTick(instrument.Spec, instrument.Reference), i % 2 == 0);
            instrument.Add(fill);
            _fills.Add(fill);
        }

        PublishTrades(instrument);
    }

    /// <summary>Trades a future spread: the combo's own trade, and one on each leg.</summary>
    /// <exception cref="ArgumentException">It is none, or one of its legs is not listed.</exception>
    public void TradeCombo(SimInstrument combo)
    {
        _nowUnixMs = Hub.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var (far, near) = (Leg(combo, 0), Leg(combo, 1));
        var whole = NextFill(combo, combo.Reference, isBuy: true);
        var id = combo.Group.TradeIdPrefix + whole.TradeNumber.ToString(CultureInfo.InvariantCulture);
        var farFill = NextFill(far, near.Reference + combo.Reference, isBuy: true) with { Combo = combo, ComboTradeId = id };
        var nearFill = NextFill(near, near.Reference, isBuy: false) with { Combo = combo, ComboTradeId = id };
        Publish(combo, whole with { Legs = [(far, farFill), (near, nearFill)] });
        Publish(far, farFill);
        Publish(near, nearFill);
    }

    // Above some price the tick is a larger one, and the reference moves by the small one.
    private static long OnTick(InstrumentSpec spec, long price) =>
        spec.StepAboveTicks > 0 && price > spec.StepAboveTicks ? price / spec.StepTicks * spec.StepTicks : price;

    private void Publish(SimInstrument instrument, in Fill fill)
    {
        instrument.Add(fill);
        _fills.Clear();
        _fills.Add(fill);
        PublishTrades(instrument);
    }

    private Fill NextFill(SimInstrument instrument, long price, bool isBuy) => new(
        instrument.NextTradeSeq++, ++instrument.Group.LastTradeNumber, _nowUnixMs, price, 10, isBuy,
        TickDirection(instrument.LastFill, price), instrument.Reference, instrument.IndexHundredths);

    // BTC-FS-29JUN29_PERP: bought is the first, BTC-29JUN29, and sold the second, BTC-PERPETUAL.
    private SimInstrument Leg(SimInstrument combo, int index)
    {
        var parts = combo.Spec.Name.Split('-');
        var dates = parts is [_, "FS", var pair] ? pair.Split('_') : [];
        if (dates.Length != 2)
        {
            throw new ArgumentException($"{combo.Spec.Name} is no future spread. Use one such as BTC-FS-29JUN29_PERP.", nameof(combo));
        }

        var name = $"{parts[0]}-{(dates[index] == "PERP" ? "PERPETUAL" : dates[index])}";
        return Instrument(name) ?? throw new ArgumentException($"The leg {name} of {combo.Spec.Name} is not listed.", nameof(combo));
    }
}
