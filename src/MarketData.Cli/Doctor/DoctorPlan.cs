using MarketData.Checks;
using MarketData.ClickHouse.Checks;
using MarketData.Deribit;
using MarketData.Deribit.Checks;
using MarketData.Kafka;
using MarketData.Kafka.Checks;
using MarketData.Redis;
using MarketData.Redis.Checks;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Doctor;

/// <summary>What is to be looked at. Comes in: the configuration, faults and all. Goes out: checks, in the order of the report.</summary>
internal sealed class DoctorPlan(LoadedConfiguration loaded, IConfiguration configuration, string environment, TimeSpan timeout, TimeProvider time)
{
    private readonly IReadOnlyList<ConfigurationFault> _faults = loaded.FindFaults();

    /// <summary>The checks.</summary>
    /// <param name="services">The addresses of running services.</param>
    public IEnumerable<DoctorCheck> Checks(IEnumerable<string> services) =>
    [
        .. Configuration(),
        Configured("exchanges", "exchanges:deribit:ws_url", DeribitCheck.Subject, ExchangeAsync),
        Configured("kafka", "kafka:bootstrap_servers", KafkaCheck.Subject, stop => KafkaCheck.RunAsync(KafkaServiceCollectionExtensions.ReadOptions(configuration), stop)),
        Configured("kafka", "kafka:bootstrap_servers", SpillCheck.Subject, _ =>
            Task.FromResult<IReadOnlyList<Finding>>([SpillCheck.Run(KafkaServiceCollectionExtensions.ReadOptions(configuration))])),
        Configured("redis", "redis:url", RedisCheck.Subject, stop => RedisCheck.RunAsync(RedisServiceCollectionExtensions.ReadOptions(configuration), time, stop)),
        Configured("clickhouse", "clickhouse:url", ClickHouseCheck.Subject, ClickHouseAsync),
        Configured("logging", "logging:loki_url", LokiCheck.Subject, stop => LokiCheck.RunAsync(loaded["logging:loki_url"], stop)),
        string.IsNullOrEmpty(configuration[OtlpCheck.EndpointKey])
            ? DoctorCheck.NotConfigured(OtlpCheck.Subject) : new DoctorCheck(OtlpCheck.Subject, stop => OtlpCheck.RunAsync(configuration, stop)),
        .. services.Select(url => new DoctorCheck(ServiceCheck.SubjectOf(url), stop => ServiceCheck.RunAsync(url, stop))),
    ];

    private IEnumerable<DoctorCheck> Configuration() => _faults.Count > 0
        ? _faults.Select(fault => DoctorCheck.Known(new Finding("configuration", FindingState.Fault, fault.ToString())))
        : [DoctorCheck.Known(new Finding(
            "configuration", FindingState.Ok, $"{loaded.Directory ?? "no directory, built-in defaults"}, environment {environment.ToLowerInvariant()}"))];

    private DoctorCheck Configured(string section, string key, string subject, Func<CancellationToken, Task<IReadOnlyList<Finding>>> check) =>
        _faults.Any(fault => fault.Key.Split('.')[0] == section)
            ? DoctorCheck.Known(new Finding(subject, FindingState.Warning, "not looked at, because its settings have faults"))
            : loaded[key].Length == 0 ? DoctorCheck.NotConfigured(subject)
            : new DoctorCheck(subject, check);

    private Task<IReadOnlyList<Finding>> ExchangeAsync(CancellationToken stop)
    {
        var faults = new List<string>();
        var options = DeribitExchangeOptions.Read(configuration, faults);
        return faults.Count > 0 ? throw new ConfigurationError(faults) : DeribitCheck.RunAsync(options, time, stop);
    }

    // An insert may take long; a question of a person may not.
    private Task<IReadOnlyList<Finding>> ClickHouseAsync(CancellationToken stop)
    {
        var options = global::MarketData.ClickHouse.ClickHouseServiceCollectionExtensions.ReadOptions(configuration);
        options.InsertTimeout = timeout;
        return ClickHouseCheck.RunAsync(options, time, stop);
    }
}
