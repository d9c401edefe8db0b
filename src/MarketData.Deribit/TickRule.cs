namespace MarketData.Deribit;

/// <summary>
/// Whether prices of one instrument lie on its tick (Deribit API v2, get_instruments: <c>tick_size</c>, and <c>tick_size_steps</c> above given
/// prices). The promise is made for orders on the book of a single instrument: combos are priced from their legs, and a block trade has a
/// tick of its own, so neither is held to it. Written and read by the stream's pump only.
/// </summary>
internal sealed class TickRule
{
    private readonly TickSizeStep[] _steps;
    private decimal _tick;
    private bool _snapshotWasOff;

    public TickRule(Instrument instrument)
    {
        _tick = instrument.Kind is "future" or "option" or "spot" ? instrument.TickSize ?? 0 : 0;
        _steps = [.. instrument.TickSizeSteps.Where(step => step.TickSize > 0).OrderByDescending(step => step.AbovePrice)];
    }

    /// <summary>
    /// Whether the rule is in force: not for combos, not without a tick, and not any more once the exchange's own snapshot broke it.
    /// </summary>
    public bool Holds => _tick > 0;

    /// <summary>The first price of a frame that is off the tick; null when there is none.</summary>
    public decimal? FirstOff(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks) => FirstOff(bids) ?? FirstOff(asks);

    /// <summary>Whether a price is off the tick.</summary>
    public bool IsOff(decimal price)
    {
        if (_tick <= 0)
            return false;
        var tick = _tick;
        foreach (var step in _steps)
        {
            if (price <= step.AbovePrice)
                continue;
            tick = step.TickSize;
            break;
        }

        return price % tick != 0;
    }

    /// <summary>
    /// A whole book of the exchange is off the tick. Once, the frame may be damaged; the second time in a row it is the table that is wrong.
    /// </summary>
    /// <returns>Whether the frame is to be refused; if not, the rule is not in force any more.</returns>
    public bool RefuseSnapshot()
    {
        if (!_snapshotWasOff)
            return _snapshotWasOff = true;
        _tick = 0;
        return false;
    }

    /// <summary>A whole book was on the tick.</summary>
    public void SnapshotFits() => _snapshotWasOff = false;

    private decimal? FirstOff(ReadOnlySpan<BookLevel> levels)
    {
        foreach (ref readonly var level in levels)
        {
            // A level that goes may be any: the book counts removals of prices that it does not hold.
            if (level.Amount != 0 && IsOff(level.Price))
                return level.Price;
        }

        return null;
    }
}
