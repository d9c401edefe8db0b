using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Files;

/// <summary>What Prometheus' own checker says of its files.</summary>
public sealed class PromtoolTests
{
    [Theory]
    [InlineData("config/prometheus/prometheus.yml")]
    [InlineData("config/prometheus/up.yml")]
    public Task Configuration_and_its_rules_are_valid(string path) => PrometheusPrograms.PromtoolAsync("check", "config", RepositoryRoot.Full(path));

    [Fact]
    public Task Every_alert_fires_in_its_fault_and_clears_after_it() =>
        PrometheusPrograms.PromtoolAsync("test", "rules", RepositoryRoot.Full("config/prometheus/rules.test.yml"));
}
