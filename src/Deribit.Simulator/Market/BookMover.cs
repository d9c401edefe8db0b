using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Market;

/// <summary>
/// Moves one book by one event: a few levels appear, change or go, around a reference price that wanders. A new bid always stays
/// below the best ask and the other way round, so a book is never crossed.
/// </summary>
internal sealed class BookMover(SeededRandom random, int busyLevels)
{
    private readonly List<LevelChange> _changes = [];

    /// <summary>What the last event changed: bids best first, then asks best first; each price once.</summary>
    public ReadOnlySpan<LevelChange> Changes => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes);

    public void Seed(SimInstrument instrument)
    {
        _changes.Clear();
        for (var i = 0; i < Levels(instrument) * 3; i++)
        {
            Place(instrument, bids: i % 2 == 0);
        }

        Settle();
    }

    /// <summary>One event. At least one level differs afterwards.</summary>
    public void Move(SimInstrument instrument)
    {
        _changes.Clear();
        Wander(instrument);
        for (var entries = 1 + random.Next(3); entries > 0; entries--)
        {
            MoveOne(instrument);
        }

        Settle();
        for (var attempt = 0; _changes.Count == 0; attempt++)
        {
            // The entries cancelled out. An event changes something by definition.
            if (instrument.Bids.Count + instrument.Asks.Count > 0 && attempt < 8)
            {
                Resize(instrument, instrument.Bids.Count > 0);
            }
            else
            {
                instrument.BidsShut = false;
                instrument.AsksShut = false;
                Place(instrument, bids: attempt % 2 == 1);
            }

            Settle();
        }
    }

    /// <summary>Takes the best levels of one side, as a taker does. Returns what was taken, best first.</summary>
    public void Take(SimInstrument instrument, bool fromBids, List<(long Price, long Amount)> taken)
    {
        _changes.Clear();
        taken.Clear();
        var side = instrument.Side(fromBids);
        var fills = 1 + (random.OneIn(3) ? random.Next(3) : 0);
        while (fills-- > 0 && side.Count > 0)
        {
            var (price, amount) = side.At(0);
            var whole = fills > 0 && (side.Count > 2 || instrument.Spec.IsOption);
            var part = whole ? amount : 1 + (long)(random.NextDouble() * (amount - 1));
            if (!whole && part == amount && side.Count <= 2 && !instrument.Spec.IsOption)
            {
                break;
            }

            taken.Add((price, part));
            Set(instrument, fromBids, price, amount - part);
            if (part < amount)
            {
                break;
            }
        }

        Settle();
    }

    private void MoveOne(SimInstrument instrument)
    {
        var bids = random.OneIn(2);
        var side = instrument.Side(bids);
        var usual = Levels(instrument);
        if (instrument.IsShut(bids))
        {
            while (side.Count > 0)
            {
                Set(instrument, bids, side.BestPrice, 0);
            }

            return;
        }

        if (side.Count > 0 && (bids ? side.BestPrice >= instrument.Reference : side.BestPrice <= instrument.Reference))
        {
            // The reference has wandered past this order: it goes.
            Set(instrument, bids, side.BestPrice, 0);
            return;
        }

        var draw = random.Next(100);
        if (side.Count < usual / 2 || (draw < 30 && side.Count < usual * 3 / 2))
        {
            Place(instrument, bids);
        }
        else if (draw < 55 || side.Count >= usual * 3 / 2)
        {
            Set(instrument, bids, side.At(Depth(side)).Price, 0);
        }
        else
        {
            Resize(instrument, bids);
        }
    }

    private void Wander(SimInstrument instrument)
    {
        var spec = instrument.Spec;
        if (random.OneIn(3))
        {
            var reach = 2 + (int)(Math.Abs(spec.AnchorTicks) / 20_000);
            var step = random.Next((2 * reach) + 1) - reach;
            var limit = Math.Max(4, Math.Abs(spec.AnchorTicks) / 10);
            instrument.Reference = Math.Clamp(instrument.Reference + step, spec.AnchorTicks - limit, spec.AnchorTicks + limit);
        }

        if (spec.IsOption && random.OneIn(150))
        {
            instrument.BidsShut = !instrument.BidsShut && random.OneIn(2);
            instrument.AsksShut = !instrument.AsksShut && !instrument.BidsShut && random.OneIn(4);
        }
    }

    private void Place(SimInstrument instrument, bool bids)
    {
        var draw = random.NextDouble();
        var amount = NewAmount(instrument);
        if (instrument.IsShut(bids))
        {
            return;
        }

        var spec = instrument.Spec;
        var distance = 1 + (long)(Levels(instrument) * 2 * draw * draw);
        var price = instrument.Reference + (bids ? -distance : distance);
        var other = instrument.Side(!bids);
        if (other.Count > 0)
        {
            price = bids ? Math.Min(price, other.BestPrice - 1) : Math.Max(price, other.BestPrice + 1);
        }

        if (spec.StepAboveTicks > 0 && price > spec.StepAboveTicks)
        {
            price = (price / spec.StepTicks * spec.StepTicks) + (bids || price % spec.StepTicks == 0 ? 0 : spec.StepTicks);
        }

        if (price > 0 || spec.IsCombo)
        {
            Set(instrument, bids, price, amount);
        }
    }

    private void Resize(SimInstrument instrument, bool bids)
    {
        var side = instrument.Side(bids);
        if (side.Count > 0)
        {
            Set(instrument, bids, side.At(Depth(side)).Price, NewAmount(instrument));
        }
    }

    private void Set(SimInstrument instrument, bool bids, long price, long amount)
    {
        var side = instrument.Side(bids);
        var before = side.AmountAt(price);
        side.Set(price, amount);
        for (var i = 0; i < _changes.Count; i++)
        {
            if (_changes[i].IsBid == bids && _changes[i].Price == price)
            {
                _changes[i] = _changes[i] with { After = amount };
                return;
            }
        }

        _changes.Add(new LevelChange(bids, price, before, amount));
    }

    // Most changes happen near the best price.
    private int Depth(BookSide side)
    {
        var draw = random.NextDouble();
        return (int)(side.Count * draw * draw);
    }

    private long NewAmount(SimInstrument instrument)
    {
        var draw = random.NextDouble();
        var most = instrument.Spec.IsOption ? 500 : 20_000;
        return 1 + (long)(most * draw * draw * draw);
    }

    private int Levels(SimInstrument instrument) => instrument.Spec switch
    {
        { IsPerpetual: true } => busyLevels,
        { IsOption: true } => Math.Max(2, busyLevels / 8),
        _ => Math.Max(4, busyLevels / 2),
    };

    private void Settle()
    {
        _changes.RemoveAll(change => change.IsNothing);
        _changes.Sort(static (x, y) => x.IsBid != y.IsBid ? (x.IsBid ? -1 : 1)
            : x.IsBid ? y.Price.CompareTo(x.Price) : x.Price.CompareTo(y.Price));
    }
}
