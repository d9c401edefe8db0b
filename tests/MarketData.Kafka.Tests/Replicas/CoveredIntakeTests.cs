using MarketData.Exchanges;
using MarketData.Kafka.Replicas;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests.Replicas;

/// <summary>Until when everything that was received is published, and what a claim says of it.</summary>
public sealed class CoveredIntakeTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource> _flushes = [];
    private IntakeMark? _taken;
    private readonly CoveredIntake _covered;

    public CoveredIntakeTests() => _covered = new CoveredIntake(() => _taken, _ =>
    {
        _flushes.Add(new TaskCompletionSource());
        // What comes while the flush begins is not before it.
        _taken = IntakeMark.Now(_time);
        return _flushes[^1].Task;
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Found in a review: events that waited before the full lane were not in the flush, and the claim's time went past them.
    [Fact]
    public void Moment_stays_where_the_intake_was_held_however_often_the_lane_is_flushed()
    {
        var held = Mark();
        for (var second = 0; second < 10; second++)
        {
            _taken = held;
            _covered.Advance(Token);
            _flushes[^1].SetResult();
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        _covered.Advance(Token);
        Assert.Same(held, _covered.Until);
    }

    [Fact]
    public void Moment_of_a_quiet_stream_moves_on_with_every_flush()
    {
        for (var second = 0; second < 3; second++)
        {
            var mark = _taken = Mark();
            _covered.Advance(Token);
            _flushes[^1].SetResult();
            Assert.True(_covered.Advance(Token));
            Assert.Same(mark, _covered.Until);
            _flushes[^1].SetResult();
        }
    }

    [Fact]
    public async Task Flush_that_is_held_back_or_fails_moves_nothing()
    {
        _taken = Mark();
        Assert.False(_covered.Advance(Token));
        Assert.False(_covered.Advance(Token));
        Assert.Single(_flushes);
        _flushes[0].SetException(new SinkError("kafka", "ended"));
        await Assert.ThrowsAsync<SinkError>(() => _covered.Flush);
        Assert.False(_covered.Advance(Token));
        Assert.Null(_covered.Until);
        Assert.Equal(2, _flushes.Count);
    }

    [Fact]
    public void Moment_at_which_a_beginning_was_open_is_covered_and_not_told_to_the_next_owner()
    {
        var told = _taken = Mark();
        Cover();
        var open = _taken = Mark() with { HasOpenBeginning = true };
        Cover();
        Assert.Equal((open, told), (_covered.Until, _covered.Tellable));
        var answered = _taken = Mark();
        Cover();
        Assert.Equal((answered, answered), (_covered.Until, _covered.Tellable));

        void Cover()
        {
            _covered.Advance(Token);
            _flushes[^1].SetResult();
            _taken = null;
            Assert.True(_covered.Advance(Token));
        }
    }

    [Fact]
    public void While_no_moment_is_known_nothing_is_flushed()
    {
        Assert.False(_covered.Advance(Token));
        Assert.Empty(_flushes);
    }

    // A claim that moved on before the new owner's ledger had the interruption would hide it from the next owner.
    [Fact]
    public void Part_keeps_its_former_owners_time_until_a_moment_behind_the_grant_is_covered()
    {
        var before = Mark();
        var untold = new Part(Standing.Owned, 2, OpenFromUnixNs: 0, Part.Untold, InheritedUntilUnixMs: 1_234);
        var granted = untold with { Granted = _time.GetTimestamp() };
        var after = Mark();
        Assert.Equal(1_234, granted.PublishedUntilUnixMs(null));
        Assert.Equal(1_234, granted.PublishedUntilUnixMs(before));
        Assert.Equal(1_234, untold.PublishedUntilUnixMs(after));
        Assert.Equal(after.At.ToUnixTimeMilliseconds() - 250, granted.PublishedUntilUnixMs(after));
    }

    private IntakeMark Mark()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return IntakeMark.Now(_time);
    }
}
