using Deribit.Client.Session;

namespace Deribit.Client.Tests.Session;

public sealed class ReconnectPolicyTests
{
    private static readonly DeribitClientOptions Options = new();

    [Fact]
    public void The_bound_doubles_up_to_the_cap_and_the_circuit_opens_at_the_threshold()
    {
        var policy = new ReconnectPolicy(Options, () => 1);
        var delays = Enumerable.Range(0, 10).Select(_ => policy.NextDelay(TimeSpan.FromSeconds(2), TimeSpan.Zero).TotalSeconds);
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30, 75], delays);
        Assert.Equal(DeribitBackoffState.CircuitOpen, policy.State);
        policy.BeginAttempt();
        Assert.Equal(DeribitBackoffState.HalfOpen, policy.State);
        policy.NextDelay(TimeSpan.FromSeconds(2), TimeSpan.Zero);
        Assert.Equal(DeribitBackoffState.CircuitOpen, policy.State);
    }

    [Fact]
    public void The_jitter_is_full_and_the_least_wait_is_kept()
    {
        var policy = new ReconnectPolicy(Options, () => 0);
        Assert.Equal(TimeSpan.Zero, policy.NextDelay(TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(5), policy.NextDelay(TimeSpan.Zero, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Fifty_short_connections_never_reset_the_back_off_and_a_stable_one_does()
    {
        var policy = new ReconnectPolicy(Options, () => 0.5);
        for (var i = 0; i < 50; i++)
        {
            policy.BeginAttempt();
            policy.NextDelay(TimeSpan.FromSeconds(2), TimeSpan.Zero);
        }

        Assert.Equal(50, policy.Failures);
        Assert.Equal(TimeSpan.FromSeconds(0.25), policy.NextDelay(TimeSpan.FromSeconds(31), TimeSpan.Zero));
        Assert.Equal((1, DeribitBackoffState.BackingOff), (policy.Failures, policy.State));
    }
}
