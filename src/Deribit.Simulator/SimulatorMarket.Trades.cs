namespace Deribit.Simulator;

/// <content>Trades on demand, and what the exchange still tells of them.</content>
public sealed partial class SimulatorMarket
{
    /// <summary>Makes trades at once, all in one message and one millisecond; the book stays as it is.</summary>
    /// <param name="instrumentName">Where.</param>
    /// <param name="count">How many, 1 to 10,000.</param>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    public void Trade(string instrumentName, int count = 1) => Locked(() =>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000);
        _market.Trade(Known(instrumentName), count);
        _hub.Flush();
    });

    /// <summary>
    /// Trades a combo such as <c>BTC-FS-29JUN29_PERP</c> once: one trade on the combo, and one on each of its legs that names the combo's.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such future spread, or one of its legs is not listed.</exception>
    public void TradeCombo(string comboName) => Locked(() =>
    {
        _market.TradeCombo(Known(comboName));
        _hub.Flush();
    });

    /// <summary>
    /// From now on <c>get_last_trades_by_instrument</c> tells no longer of the trades up to a number: a range that begins before it is
    /// silently shifted, one that is wholly before it is empty.
    /// </summary>
    /// <param name="instrumentName">Whose trades.</param>
    /// <param name="throughSeq">The last trade that is forgotten.</param>
    /// <param name="history">Whether the history host forgets them too.</param>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    public void ForgetTrades(string instrumentName, long throughSeq, bool history = false) =>
        Locked(() => Known(instrumentName).Forget(throughSeq, history));

    /// <summary>The instrument's next trade has this number; the exchange tells of the trades before no longer.</summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    public void RestartTradeSequence(string instrumentName, long next = 1) => Locked(() => Known(instrumentName).RestartSequence(next));
}
