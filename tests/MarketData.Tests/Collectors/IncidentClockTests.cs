using MarketData.Collectors;

using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.Collectors;

public sealed class IncidentClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly IncidentClock _clock;

    public IncidentClockTests() => _clock = new IncidentClock(_time);

    [Fact]
    public void Book_incident_lasts_from_its_first_event_to_the_healing_one()
    {
        Assert.Null(_clock.Book(Event(IntegrityKind.Gap)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_clock.Book(Event(IntegrityKind.Quarantined)));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((IntegrityKind.Gap, TimeSpan.FromSeconds(3)), _clock.Book(Event(IntegrityKind.Resynced)));
        Assert.Null(_clock.Book(Event(IntegrityKind.Resynced)));
    }

    [Fact]
    public void Incident_of_a_book_that_is_closed_ends_unmeasured()
    {
        _clock.Book(Event(IntegrityKind.Gap));
        _clock.Book(Event(IntegrityKind.Closed));
        _time.Advance(TimeSpan.FromHours(1));
        _clock.Book(Event(IntegrityKind.Stale));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((IntegrityKind.Stale, TimeSpan.FromSeconds(1)), _clock.Book(Event(IntegrityKind.Resynced)));
    }

    [Fact]
    public void Books_are_kept_apart()
    {
        _clock.Book(Event(IntegrityKind.Disconnected));
        Assert.Null(_clock.Book(Event(IntegrityKind.Resynced) with { Key = "x.B" }));
    }

    [Fact]
    public void Hole_that_ends_in_parts_is_measured_for_each()
    {
        _clock.Trades(Event(IntegrityKind.TradeGap, 5, 9));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), _clock.Trades(Event(IntegrityKind.Unrecoverable, 5, 6))?.Duration);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(2), _clock.Trades(Event(IntegrityKind.Backfilled, 7, 9))?.Duration);
        Assert.Null(_clock.Trades(Event(IntegrityKind.Backfilled, 7, 9)));
    }

    [Fact]
    public void Two_holes_of_one_instrument_are_two()
    {
        _clock.Trades(Event(IntegrityKind.TradeGap, 5, 9));
        _time.Advance(TimeSpan.FromSeconds(1));
        _clock.Trades(Event(IntegrityKind.TradeGap, 20, 20));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), _clock.Trades(Event(IntegrityKind.Backfilled, 20, 20))?.Duration);
        Assert.Equal(TimeSpan.FromSeconds(2), _clock.Trades(Event(IntegrityKind.Backfilled, 5, 9))?.Duration);
    }

    private static IntegrityEvent Event(IntegrityKind kind, long? from = null, long? to = null) => new()
    {
        Exchange = "x",
        InstrumentName = "A",
        Key = "x.A",
        ExchangeTimeUnixMs = 1,
        ReceivedAtUnixNs = 1,
        Epoch = 1,
        Channel = "trades",
        Kind = kind,
        FromId = from,
        ToId = to,
        Detail = "",
    };
}
