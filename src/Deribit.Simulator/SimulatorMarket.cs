using System.Globalization;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Market;

namespace Deribit.Simulator;

/// <summary>
/// The oracle of the synthetic market, and its switches. Every member may be called from any thread; each answer is consistent in
/// itself (taken between two events).
/// </summary>
public sealed partial class SimulatorMarket
{
    private readonly SyntheticMarket _market;
    private readonly Hub _hub;

    internal SimulatorMarket(SyntheticMarket market, Hub hub)
    {
        _market = market;
        _hub = hub;
    }

    /// <summary>The names of all instruments, expired ones included, in the order of the catalogue.</summary>
    public IReadOnlyList<string> InstrumentNames => Locked(() => _market.Instruments.Select(one => one.Spec.Name).ToArray());

    /// <summary>The book as it stands.</summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    public SimulatedBook GetBook(string instrumentName) => Locked(() =>
    {
        var instrument = Known(instrumentName);
        return Book(instrument, instrument.ChangeId, instrument.BookTimestampUnixMs, instrument.Bids, instrument.Asks);
    });

    /// <summary>
    /// The book right after the change <paramref name="changeId"/>, or null when there was no such change. Needs KeepHistory.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    /// <exception cref="InvalidOperationException">The simulator keeps no history.</exception>
    public SimulatedBook? GetBook(string instrumentName, long changeId) => Locked(() =>
    {
        var instrument = Known(instrumentName);
        return History(instrument).At(changeId) is var (bids, asks, time) ? Book(instrument, changeId, time, bids, asks) : null;
    });

    /// <summary>Every change id of the book so far, oldest first; the first is that of the book at the start. Needs KeepHistory.</summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    /// <exception cref="InvalidOperationException">The simulator keeps no history.</exception>
    public IReadOnlyList<long> GetChangeIds(string instrumentName) => Locked(() => History(Known(instrumentName)).ChangeIds.ToArray());

    /// <summary>
    /// The time of the first book change behind <paramref name="changeId"/>, in milliseconds since the epoch; null when there is none. Needs
    /// KeepBookTimes.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    /// <exception cref="InvalidOperationException">The simulator keeps no times.</exception>
    public long? GetNextChangeUnixMs(string instrumentName, long changeId) => Locked<long?>(() =>
    {
        var times = Known(instrumentName).BookTimes
            ?? throw new InvalidOperationException("The simulator keeps no times of books. Start it with KeepBookTimes = true.");
        var at = times.BinarySearch((changeId, long.MaxValue));
        return ~at < times.Count ? times[~at].UnixMs : null;
    });

    /// <summary>The trades still known, oldest first: all of them with KeepHistory, else the last RetainedTrades.</summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    public IReadOnlyList<SimulatedTrade> GetTrades(string instrumentName) => Locked(() =>
    {
        var instrument = Known(instrumentName);
        return instrument.Fills.Select(fill => new SimulatedTrade(
            instrumentName,
            fill.Seq,
            instrument.Group.TradeIdPrefix + fill.TradeNumber.ToString(CultureInfo.InvariantCulture),
            fill.TimestampUnixMs,
            SyntheticMarket.PriceOf(instrument, fill.Price),
            SyntheticMarket.AmountOf(instrument, fill.Amount),
            fill.IsBuy)
        {
            ComboId = fill.Combo?.Spec.Name,
            ComboTradeId = fill.ComboTradeId,
        }).ToArray();
    });

    /// <summary>The time in the last ticker that was made, whether anyone listened or not, in milliseconds since the epoch; 0 before the first.</summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    public long GetTickerUnixMs(string instrumentName) => Locked(() => Known(instrumentName).LastTickerUnixMs);

    /// <summary>Makes events at once, besides the pace, until at least this many frames were made.</summary>
    /// <returns>How many frames were made: the last event may make two.</returns>
    public int Advance(int frames) => Locked(() =>
    {
        var made = _market.MakeFrames(frames);
        _hub.Flush();
        return made;
    });

    /// <summary>
    /// Begins or ends a maintenance break: announced on platform_state; every call is then answered with 11051 and no book moves.
    /// </summary>
    public void SetMaintenance(bool on) => Locked(() => _market.SetMaintenance(on));

    /// <summary>
    /// Stops the market, or lets it go on: no book moves, but nothing is announced and every call is answered as ever, so that a client that is
    /// told nothing of it stays connected for as long as it lasts.
    /// </summary>
    public void StandStill(bool on) => Locked(() => _market.IsPaused = on);

    /// <summary>Locks or unlocks an index such as <c>btc_usd</c>: announced on platform_state.</summary>
    public void LockIndex(string index, bool locked) => Locked(() => _market.LockIndex(index, locked));

    /// <summary>Announces whether keyless calls are allowed, on platform_state.public_methods_state.</summary>
    public void AllowPublicRequests(bool allowed) => Locked(() => _market.AllowPublicRequests(allowed));

    /// <summary>Lists one more instrument, announced on instrument.creation and instrument.state.</summary>
    /// <param name="name">Its name, or null for the next of the catalogue.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="ArgumentException">The name is taken or no instrument name.</exception>
    public string ListInstrument(string? name = null) => Locked(() => _market.List(name));

    /// <summary>
    /// Expires an instrument: settlement, delivered, archivized on instrument.state; its book stops and it is listed no more.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    public void ExpireInstrument(string name) => Locked(() => _market.Expire(name));

    /// <summary>Announces a state (<c>locked</c>, <c>halted</c>, <c>open</c> ...) on instrument.state; only an open book moves.</summary>
    /// <exception cref="ArgumentException">There is no such instrument.</exception>
    public void SetInstrumentState(string name, string state) => Locked(() => _market.SetState(name, state));

    private static SimulatedBook Book(SimInstrument instrument, long changeId, long time, BookSide bids, BookSide asks) =>
        new(instrument.Spec.Name, changeId, time, Levels(instrument, bids), Levels(instrument, asks));

    private static SimulatedLevel[] Levels(SimInstrument instrument, BookSide side) =>
        [.. Enumerable.Range(0, side.Count).Select(side.At).Select(level => new SimulatedLevel(
            SyntheticMarket.PriceOf(instrument, level.Price), SyntheticMarket.AmountOf(instrument, level.Amount)))];

    private static BookHistory History(SimInstrument instrument) =>
        instrument.History ?? throw new InvalidOperationException("The simulator keeps no history. Start it with KeepHistory = true.");

    private SimInstrument Known(string name) =>
        _market.Instrument(name)
        ?? throw new ArgumentException($"There is no instrument {name} in this market. See InstrumentNames.", nameof(name));

    private T Locked<T>(Func<T> ask)
    {
        lock (_hub.Gate)
        {
            return ask();
        }
    }

    private void Locked(Action act)
    {
        lock (_hub.Gate)
        {
            act();
        }
    }
}
