namespace MarketData.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void A_b_c() => Assert.True(true);
}
