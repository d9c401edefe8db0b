using Deribit.Client;

using Microsoft.Extensions.Configuration;

namespace MarketData.Deribit;

/// <summary>
/// What the operator may set under <c>[exchanges.deribit]</c>. Types and ranges are checked where the configuration is read; this class
/// adds what only Deribit knows.
/// </summary>
public sealed class DeribitExchangeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "exchanges:deribit";

    private const string Auto = "auto";

    // The production exchange's event nodes, which serve the same market over WebSocket (Deribit API v2, "Connection management").
    private const string EventNodes = "streams.deribit.com";

    private static readonly Uri s_productionHttp = new("https://www.deribit.com/api/v2");
    private static readonly Uri s_productionHistory = new("https://history.deribit.com/api/v2");

    /// <summary>WebSocket address. Default: the production exchange.</summary>
    public Uri WsUrl { get; set; } = DeribitClientOptions.Production;

    /// <summary>
    /// HTTP address, which is asked for the past. Default: the production exchange's; when <see cref="WsUrl"/> is another network's, the same host
    /// over HTTP, because another network's past is another one.
    /// </summary>
    public Uri HttpUrl { get; set; } = s_productionHttp;

    /// <summary>
    /// Address of the history host, which is asked for trades that the main host no longer serves; null or empty = none. Default: the
    /// production exchange's, which is asked only when <see cref="WsUrl"/> is production too: another network's trades are others.
    /// </summary>
    public Uri? HistoryUrl { get; set; } = s_productionHistory;

    /// <summary>How long trades behind a missing one wait for it. Default 5 s.</summary>
    public TimeSpan TradeHold { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Instrument names and patterns to collect.</summary>
    public IList<string> Symbols { get; } = [];

    /// <summary>Interval of the book channels: <c>raw</c>, <c>100ms</c>, <c>agg2</c> or <c>auto</c> (raw with credentials, else 100ms).</summary>
    public string BookInterval { get; set; } = Auto;

    /// <summary>Interval of the trade channels, as <see cref="BookInterval"/>.</summary>
    public string TradesInterval { get; set; } = Auto;

    /// <summary>Interval of the ticker channels, as <see cref="BookInterval"/>.</summary>
    public string TickerInterval { get; set; } = Auto;

    /// <summary>API key id; null or empty = public access. From the environment (<c>DERIBIT_KEY</c>).</summary>
    public string? Key { get; set; }

    /// <summary>API key secret; from the environment (<c>DERIBIT_SECRET</c>).</summary>
    public string? Secret { get; set; }

    /// <summary>Longest time between two published snapshots of a live book. Default 10 s.</summary>
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Each book is held against the exchange's own this often, and each quiet trade channel asked about; zero = never. Default 300 s.</summary>
    public TimeSpan AuditInterval { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>
    /// The shortest silence after which the exchange is asked about a channel that usually speaks far more often; zero = never. Default 10 s.
    /// </summary>
    public TimeSpan ProbeAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How the connection is watched and reopened.</summary>
    public DeribitConnectionOptions Connection { get; } = new();

    internal Uri? HistoryInUse => HistoryUrl == s_productionHistory && !IsProduction ? null : HistoryUrl;

    // wss://test.deribit.com/ws/api/v2 has its calls at https://test.deribit.com/api/v2.
    internal Uri HttpInUse => HttpUrl != s_productionHttp || IsProduction ? HttpUrl : new UriBuilder(WsUrl)
    {
        Scheme = WsUrl.Scheme == "wss" ? "https" : "http",
        Path = WsUrl.AbsolutePath.Replace("/ws/", "/", StringComparison.Ordinal),
    }.Uri;

    // The exchange itself, or its event nodes.
    private bool IsProduction => WsUrl.Host == DeribitClientOptions.Production.Host || WsUrl.Host == EventNodes;

    internal bool HasCredentials => !string.IsNullOrEmpty(Key) && !string.IsNullOrEmpty(Secret);

    /// <summary>Reads the section.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="faults">Receives one sentence per fault.</param>
    public static DeribitExchangeOptions Read(IConfiguration configuration, ICollection<string> faults)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(faults);
        var options = new DeribitExchangeOptions();
        configuration.GetSection(Section).Bind(options);
        if (string.IsNullOrEmpty(options.Key) != string.IsNullOrEmpty(options.Secret))
        {
            var (present, missing) = string.IsNullOrEmpty(options.Key) ? ("DERIBIT_SECRET", "DERIBIT_KEY") : ("DERIBIT_KEY", "DERIBIT_SECRET");
            faults.Add($"{present} is set but {missing} is not: set both, or neither for the public channels.");
        }

        foreach (var (name, value) in new[] { ("book_interval", options.BookInterval), ("trades_interval", options.TradesInterval), ("ticker_interval", options.TickerInterval) })
        {
            if (value == "raw" && !options.HasCredentials)
                faults.Add($"{Section}:{name} is raw, which Deribit gives only with credentials: set DERIBIT_KEY and DERIBIT_SECRET, or use 100ms.");
        }

        foreach (var fault in options.ToClientOptions().Validate())
            faults.Add($"{Section}: {fault}");
        return options;
    }

    /// <summary>The same without the credentials.</summary>
    public override string ToString() => $"{WsUrl}, book {BookInterval}, credentials {(HasCredentials ? "present" : "absent")}";

    internal DeribitInterval Resolve(string interval) => interval switch
    {
        "raw" => DeribitInterval.Raw,
        "agg2" => DeribitInterval.Agg2,
        Auto when HasCredentials => DeribitInterval.Raw,
        _ => DeribitInterval.Ms100,
    };

    internal DeribitClientOptions ToClientOptions() => new()
    {
        Endpoint = WsUrl,
        Credentials = HasCredentials ? new DeribitCredentials(Key!, Secret!) : null,
        UseCompression = Connection.Compression,
        KeepAliveInterval = Connection.KeepAlive,
        KeepAliveTimeout = Connection.KeepAliveTimeout,
        BackoffBase = Connection.BackoffBase,
        BackoffCap = Connection.BackoffCap,
        StableAfter = Connection.StableAfter,
        CircuitThreshold = Connection.CircuitThreshold,
        CircuitOpenFor = Connection.CircuitOpen,
        SubscribeAttempts = Connection.SubscribeAttempts,
        SubscribeRetryBase = Connection.SubscribeRetry,
    };
}
