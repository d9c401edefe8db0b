using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Lane;

public sealed class ConservationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_events_and_faults_lose_no_count_and_end_with_the_newest_values(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var faults = new Random(seed + 1000);
        await using var test = await LaneUnderTest.StartAsync();
        var changeIds = new long[8];
        var inSync = new bool[8];
        var trades = new long[8];
        long events = 0;

        for (var step = 0; step < 20_000; step++)
        {
            var i = random.Next(8);
            switch (random.Next(100))
            {
                case < 3:
                    test.Publish(Market.Integrity($"I{i}", IntegrityKind.Gap));
                    inSync[i] = false;
                    break;
                case < 5 when inSync[i]:
                    // A hole that nobody announced.
                    changeIds[i] += 2;
                    test.Publish(Market.Update($"I{i}", changeIds[i]));
                    inSync[i] = false;
                    events++;
                    break;
                case < 30:
                    test.Publish(Market.Trade($"I{i}", ++trades[i]));
                    events++;
                    break;
                case < 32:
                    Spoil(test.Link, faults);
                    break;
                case < 33:
                    test.Link.Restart();
                    break;
                case < 40:
                    test.Time.Advance(TimeSpan.FromMilliseconds(100));
                    break;
                default:
                    changeIds[i]++;
                    test.Publish(inSync[i] ? Market.Update($"I{i}", changeIds[i]) : Market.Snapshot($"I{i}", changeIds[i]));
                    inSync[i] = true;
                    events++;
                    break;
            }

            Assert.Equal(events, test.Counters.In);
        }

        test.Link.Spoil = null;
        await test.AdvanceUntilAsync(() => test.Lane.Status.State == LaneState.Ready || Broken(test), "the outage is over");
        await test.AdvanceUntilAsync(
            () => Enumerable.Range(0, 8).All(i => test.Link.Value($"deribit.I{i}:orderbook") is { } value
                ? inSync[i] && Market.ChangeIdOf(value) == changeIds[i]
                : !inSync[i]),
            "every book shows its last state and no other is there");
        await test.AdvanceUntilAsync(() => test.Lane.Unsettled == 0, "nothing is on its way");
        await test.SettleAsync();
        Assert.Equal(events, test.Counters.Acknowledged + test.Counters.Conflated + test.Counters.Rejected);
        Assert.All(
            Enumerable.Range(0, 8), i => Assert.Equal(trades[i], Market.NumberOf(test.Link.Value($"deribit.I{i}:trade"), "trade_seq")));
        Assert.True(test.Counters.Acknowledged > 0 && test.Counters.Conflated > 0 && test.Counters.Rejected > 0);
    }

    [Fact]
    public async Task Events_of_buried_slots_are_never_lost()
    {
        await using var test = await LaneUnderTest.StartAsync();

        for (var i = 1; i <= 5000; i++)
        {
            test.Publish(Market.Trade("A", i));
            if (i % 3 == 0)
                test.Lane.Remove("deribit.A");
        }

        await test.SettleAsync();
        Assert.Equal(5000, test.Counters.In);
        Assert.Equal(5000, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
    }

    private static bool Broken(LaneUnderTest test) => test.Lane.Status.Reason.StartsWith("book_chain_broken", StringComparison.Ordinal);

    private static void Spoil(FakeLink link, Random faults) => link.Spoil = faults.Next(3) switch
    {
        0 => null,
        1 => command => Odd(command, 5) ? LaneUnderTest.ConnectionLost() : null,
        _ => command => Odd(command, 3) ? LaneUnderTest.Refusal("LOADING Redis is loading the dataset in memory") : null,
    };

    private static bool Odd(string command, int outOf) => command.Sum(static letter => letter) % outOf == 0;
}
