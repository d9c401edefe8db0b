using MarketData.Kafka.Replicas;
using MarketData.Pipeline;

namespace MarketData.Kafka.Tests.Replicas;

public sealed class ShareTests
{
    private const string Key = "deribit.BTC-PERPETUAL";

    [Fact]
    public void Before_anything_is_known_everything_is_held()
    {
        Assert.Equal(GateAnswer.Hold, Share.Empty.Ask(Key, 1, isProven: true));
        Assert.False(Share.Empty.Owns(Key));
    }

    [Theory]
    [InlineData((int)Standing.Owned, true, GateAnswer.Open)]
    [InlineData((int)Standing.Owned, false, GateAnswer.Hold)]
    [InlineData((int)Standing.Leaving, true, GateAnswer.Open)]
    [InlineData((int)Standing.Leaving, false, GateAnswer.Hold)]
    [InlineData((int)Standing.Foreign, true, GateAnswer.Lost)]
    [InlineData((int)Standing.Foreign, false, GateAnswer.Lost)]
    [InlineData((int)Standing.Unknown, true, GateAnswer.Hold)]
    [InlineData((int)Standing.Pending, true, GateAnswer.Hold)]
    [InlineData((int)Standing.Suspended, true, GateAnswer.Hold)]
    [InlineData((int)Standing.Resuming, true, GateAnswer.Hold)]
    public void Gate_opens_only_for_what_is_owned_and_proven(int standing, bool isProven, GateAnswer expected) =>
        Assert.Equal(expected, Of(new Part((Standing)standing, 1, 0)).Ask(Key, 1, isProven));

    // Collected is what is owned or may still be; awaited is what nobody has been given yet.
    [Theory]
    [InlineData((int)Standing.Unknown, false, true)]
    [InlineData((int)Standing.Pending, false, true)]
    [InlineData((int)Standing.Owned, true, false)]
    [InlineData((int)Standing.Suspended, true, false)]
    [InlineData((int)Standing.Resuming, true, false)]
    [InlineData((int)Standing.Leaving, false, false)]
    [InlineData((int)Standing.Foreign, false, false)]
    public void Every_standing_says_whether_the_instrument_is_collected_here_or_awaited(int standing, bool owns, bool awaits)
    {
        var share = Of(new Part((Standing)standing, 1, 0));
        Assert.Equal((owns, awaits), (share.Owns(Key), share.Awaits(Key)));
    }

    [Fact]
    public void Before_the_number_of_partitions_is_known_everything_is_awaited()
    {
        Assert.True(Share.Empty.Awaits(Key));
        Assert.Empty(Share.Empty.In(Standing.Unknown));
        Assert.Empty(Share.Empty.With([3], part => part with { Term = 1 }).Parts);
    }

    [Fact]
    public void Change_touches_only_the_named_partitions_and_none_that_does_not_exist()
    {
        var share = Of(new Part(Standing.Unknown, 0, 0));
        var changed = share.With([2, 5, 12, 99], part => part with { Standing = Standing.Pending });
        Assert.Equal([2, 5], changed.In(Standing.Pending));
        Assert.Empty(share.In(Standing.Pending));
        Assert.Equal(12, changed.In(Standing.Pending, Standing.Unknown).Count());
    }

    [Fact]
    public void What_was_received_before_another_ceased_to_publish_is_lost()
    {
        var share = Of(new Part(Standing.Owned, 1, OpenFromUnixNs: 100));
        Assert.Equal(GateAnswer.Lost, share.Ask(Key, 99, isProven: true));
        Assert.Equal(GateAnswer.Lost, share.Ask(Key, 99, isProven: false));
        Assert.Equal(GateAnswer.Open, share.Ask(Key, 100, isProven: true));
    }

    [Fact]
    public void What_concerns_no_instrument_passes_with_a_proof()
    {
        var share = Of(new Part(Standing.Foreign, 0, 0));
        Assert.Equal(GateAnswer.Open, share.Ask("deribit.*", 1, isProven: true));
        Assert.Equal(GateAnswer.Hold, share.Ask("deribit.*", 1, isProven: false));
    }

    [Fact]
    public void Each_key_asks_for_its_own_partition()
    {
        var home = KeyPartitioner.Of(Key, 12);
        var share = Of(new Part(Standing.Foreign, 0, 0)).With([home], part => part with { Standing = Standing.Owned });
        Assert.True(share.Owns(Key));
        Assert.Equal([home], share.In(Standing.Owned));
        Assert.Equal(GateAnswer.Open, share.Ask(Key, 1, isProven: true));
    }

    private static Share Of(Part part) => new([.. Enumerable.Repeat(part, 12)]);
}
