using MarketData.Kafka.Replicas;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests.Replicas;

public sealed class ClaimBookTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    private readonly FakeTimeProvider _time = new();
    private readonly ClaimBook _book;

    public ClaimBookTests() => _book = new ClaimBook(_time);

    [Fact]
    public void Late_claim_of_a_process_that_was_frozen_changes_nothing()
    {
        Assert.True(Apply("a", term: 1));
        Assert.True(Apply("b", term: 2));
        Assert.False(Apply("a", term: 1));
        Assert.Equal("b", _book.Of(3)!.Process);
    }

    [Fact]
    public void Of_two_claims_with_one_term_the_first_counts()
    {
        Assert.True(Apply("a", term: 1));
        Assert.False(Apply("b", term: 1));
        Assert.True(Apply("a", term: 1, released: true));
        Assert.Equal(("a", true), (_book.Of(3)!.Process, _book.Of(3)!.IsReleased));
    }

    [Fact]
    public void Active_claim_of_another_holds_for_a_lease_after_its_last_sign_of_life()
    {
        Apply("a", term: 1);
        _time.Advance(TimeSpan.FromSeconds(3));
        Apply("a", term: 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(3), _book.HeldByOthersFor(3, "b", Length));
        Assert.Equal(TimeSpan.Zero, _book.HeldByOthersFor(3, "a", Length));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.Zero, _book.HeldByOthersFor(3, "b", Length));
    }

    [Fact]
    public void Claim_that_is_not_renewed_while_others_are_is_silent()
    {
        var atLeast = TimeSpan.FromSeconds(3);
        Assert.Empty(_book.SilentFor(atLeast));
        Apply("a", term: 1);
        _time.Advance(TimeSpan.FromSeconds(4));
        // Nobody is heard: the reader may be behind.
        Assert.Empty(_book.SilentFor(atLeast));
        _book.Apply(4, Claim("b", 1, released: false), _time.GetUtcNow());
        var (partition, claim, silence) = Assert.Single(_book.SilentFor(atLeast));
        Assert.Equal((3, "a", TimeSpan.FromSeconds(4)), (partition, claim.Process, silence));
        Apply("a", term: 1);
        Assert.Empty(_book.SilentFor(atLeast));
        Assert.Equal((true, false), (_book.IsHeld("a"), _book.IsHeld("c")));
    }

    [Fact]
    public void Claim_that_was_old_when_it_was_read_does_not_hold_for_longer()
    {
        _book.Apply(3, Claim("a", 1, released: false), _time.GetUtcNow() - TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, _book.HeldByOthersFor(3, "b", Length));
    }

    [Fact]
    public void Claim_that_was_half_a_lease_old_when_it_was_read_holds_for_the_other_half()
    {
        _book.Apply(3, Claim("a", 1, released: false), _time.GetUtcNow() - TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(3), _book.HeldByOthersFor(3, "b", Length));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(2), _book.HeldByOthersFor(3, "b", Length));
    }

    [Fact]
    public void Claim_from_a_clock_that_is_ahead_holds_for_a_lease_and_no_longer()
    {
        _book.Apply(3, Claim("a", 1, released: false), _time.GetUtcNow() + TimeSpan.FromMinutes(1));
        Assert.Equal(Length, _book.HeldByOthersFor(3, "b", Length));
    }

    [Fact]
    public void Partition_that_nobody_ever_claimed_is_free()
    {
        Apply("a", term: 1);
        Assert.Null(_book.Of(4));
        Assert.Equal(TimeSpan.Zero, _book.HeldByOthersFor(4, "b", Length));
    }

    [Fact]
    public void Renewal_replaces_what_the_claim_said_and_a_late_record_does_not()
    {
        Apply("a", term: 1);
        _book.Apply(3, Claim("a", 1, released: false) with { PublishedUntilUnixMs = 9 }, _time.GetUtcNow());
        Assert.Equal(9, _book.Of(3)!.PublishedUntilUnixMs);
        _book.Apply(3, Claim("b", 2, released: false) with { PublishedUntilUnixMs = 10 }, _time.GetUtcNow());
        Assert.False(_book.Apply(3, Claim("a", 1, released: true) with { PublishedUntilUnixMs = 11 }, _time.GetUtcNow()));
        Assert.Equal(10, _book.Of(3)!.PublishedUntilUnixMs);
        Assert.Equal(Length, _book.HeldByOthersFor(3, "a", Length));
    }

    [Fact]
    public void Released_partition_that_another_claims_is_held_again()
    {
        Apply("a", term: 1, released: true);
        Assert.True(Apply("b", term: 2));
        Assert.Equal((Length, TimeSpan.Zero), (_book.HeldByOthersFor(3, "a", Length), _book.HeldByOthersFor(3, "b", Length)));
    }

    [Fact]
    public void Released_claim_holds_nobody_up()
    {
        Apply("a", term: 1, released: true);
        Assert.Equal(TimeSpan.Zero, _book.HeldByOthersFor(3, "b", Length));
    }

    [Fact]
    public void Claim_survives_its_JSON_and_its_key()
    {
        var claim = Claim("a", 7, released: true);
        Assert.Equal(claim, Kafka.Replicas.Claim.Read(claim.Write()));
        Assert.True(Kafka.Replicas.Claim.TryReadKey(Kafka.Replicas.Claim.KeyOf("trades", 11), "trades", out var partition));
        Assert.Equal(11, partition);
        Assert.False(Kafka.Replicas.Claim.TryReadKey("claim/trades2/11", "trades", out _));
        Assert.False(Kafka.Replicas.Claim.TryReadKey("trade/deribit.A", "trades", out _));
        Assert.Null(Kafka.Replicas.Claim.Read("[]"u8.ToArray()));
        Assert.Null(Kafka.Replicas.Claim.Read("{\"owner\":1}"u8.ToArray()));
    }

    private bool Apply(string process, long term, bool released = false) =>
        _book.Apply(3, Claim(process, term, released), _time.GetUtcNow());

    private static Claim Claim(string process, long term, bool released) => new()
    {
        Owner = "host/trades",
        Process = process,
        IsReleased = released,
        Term = term,
        PublishedUntilUnixMs = 5,
        WrittenUnixMs = 6,
    };
}
