namespace Deribit.Client.Tests.Session;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_usable() => Assert.Empty(new DeribitClientOptions().Validate());

    [Fact]
    public void Every_fault_is_listed_at_once()
    {
        var options = new DeribitClientOptions
        {
            Endpoint = new Uri("https://www.deribit.com/"),
            Credentials = new("", "secret"),
            HeartbeatInterval = TimeSpan.FromSeconds(5),
            QueueMaxFrames = 0,
            SubscribeMaxBytes = 64_000,
            ConnectTimeout = TimeSpan.Zero,
            BackoffBase = TimeSpan.FromMinutes(1),
        };
        var faults = options.Validate();
        Assert.Equal(
            ["Endpoint", "Credentials", "QueueMaxFrames", "SubscribeMaxBytes", "ConnectTimeout", "HeartbeatInterval", "BackoffCap"],
            faults.Select(fault => fault.Split(' ')[0]));
        var exception = Assert.Throws<ArgumentException>(() => new DeribitClient(options, null, null, null, null, null!));
        Assert.All(faults, fault => Assert.Contains(fault, exception.Message, StringComparison.Ordinal));
    }
}
