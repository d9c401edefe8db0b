namespace MarketData.ServiceDefaults;

/// <summary>The keys that every service knows. <c>config/default.toml</c> has the same keys and values; a test compares them.</summary>
public sealed partial class ConfigurationSchema
{
    // Values above these are far outside any sensible use and are nearly always milliseconds written where seconds are meant.
    private const double LongestBookTtlSeconds = 300;
    private const double LongestTtlSeconds = 86_400;
    private const double LongestTtlDays = 10_000;
    private static readonly string[] _intervals = ["auto", "raw", "100ms", "agg2"];
    private static readonly string[] _levels = ["trace", "debug", "information", "warning", "error", "critical", "none"];

    /// <summary>Creates a schema with the keys that every service knows; a service with more keys adds them.</summary>
    public static ConfigurationSchema CreateStandard() => new ConfigurationSchema()
        .Text("collector:id", "", "Names this process in the Kafka header 'source'; empty: the machine's name.", mayBeEmpty: true)
        .Text("kafka:bootstrap_servers", "", "host:port of one or more brokers, separated by commas.", mayBeEmpty: true)
        .Integer("kafka:partitions", 12, 1, 10_000, "Partitions of a topic that has to be created.")
        .Integer("kafka:replication_factor", -1, -1, 15, "Replicas of a topic that has to be created; -1: the broker's default.")
        .Integer("kafka:queue_capacity", 200_000, 100, 10_000_000, "Events that may wait for Kafka before the intake stops.")
        .Choice("kafka:compression", "lz4", ["none", "gzip", "snappy", "lz4", "zstd"], "How batches are compressed.")
        .Seconds("kafka:linger_seconds", 0.005, 0, 10, "How long a message may wait for others of its batch.")
        .Flag("kafka:spill:enabled", true, "Whether events go to disk while Kafka is away.")
        .Text("kafka:spill:directory", "", "Where; each collector makes its own below it. Empty: the user's state directory.", mayBeEmpty: true)
        .Bytes("kafka:spill:quota_bytes", 10L << 30, 16L << 20, 100L << 40, "Bytes on disk; when they are used up, the intake stops.")
        .Bytes("kafka:spill:free_bytes", 256L << 20, 0, 100L << 40, "Bytes of the disk that are left to others.")
        .Seconds("kafka:spill:after_seconds", 2, 0.1, 3_600, "How long Kafka may acknowledge nothing before events go to disk.")
        .Seconds("kafka:spill:commit_seconds", 0.25, 0.01, 10, "How often what is on disk is made durable; a kill loses no more.")
        .Choice("kafka:security:protocol", "plaintext", ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"], "How brokers are talked to.")
        .Choice("kafka:security:mechanism", "PLAIN", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], "How the user logs in.")
        .Text("kafka:security:username", "", "The user, with a sasl protocol.", mayBeEmpty: true)
        .Secret("kafka:security:password", "The user's password.")
        .Text("kafka:security:ca_file", "", "PEM file of who signs the brokers' certificates; empty: the machine's.", mayBeEmpty: true)
        .Text("kafka:security:certificate_file", "", "PEM file of this client's certificate.", mayBeEmpty: true)
        .Text("kafka:security:key_file", "", "PEM file of its key.", mayBeEmpty: true)
        .Secret("kafka:security:key_password", "The password of the key.")
        .Text("kafka:group_prefix", "marketdata", "Replicas of a collector form the consumer group <group_prefix>.<collector>.")
        .Seconds("kafka:session_timeout_seconds", 6, 2, 300, "Silence after which a replica's instruments go to others.")
        .Seconds("kafka:trade_ends_kept_seconds", 259_200, 86_400, 31_536_000, "Age of the last trade of a delisted instrument at which its tape's end is forgotten.")
        .Text("kafka:topics:orderbook", "market.orderbook", "The topic of order books.")
        .Text("kafka:topics:trades", "market.trades", "The topic of trades.")
        .Text("kafka:topics:ticker", "market.ticker", "The topic of tickers.")
        .Text("kafka:topics:symbols", "market.symbols", "The compacted control topic.")
        .Text("kafka:topics:checkpoints", "market.checkpoints", "The compacted topic of replicas' shares and trade checkpoints.")
        .Text("kafka:topics:integrity", "market.integrity", "The topic of integrity events.")
        .Text("kafka:topics:dead_letter", "market.dead-letter", "The topic of what could not be used.")
        .Text("redis:url", "", "redis://[user:password@]host:port[/database], or host:port[,option=value...].", mayBeEmpty: true)
        .Integer("redis:depth", 20, 1, 1_000, "Levels kept on each side of a book.")
        .Seconds("redis:ttl:orderbook", 3, 0.5, LongestBookTtlSeconds, "How long a book stays when nobody confirms it.")
        .Seconds("redis:ttl:trade", 60, 1, LongestTtlSeconds, "How long the last trade stays.")
        .Seconds("redis:ttl:ticker", 300, 1, LongestTtlSeconds, "How long a ticker stays.")
        .Url("clickhouse:url", "", ["http", "https"], "The HTTP address of ClickHouse.", mayBeEmpty: true)
        .Text("clickhouse:database", "market", "The database.")
        .Text("clickhouse:username", "default", "The user.")
        .Secret("clickhouse:password", "The user's password.")
        .Seconds("clickhouse:insert_timeout_seconds", 30, 0.1, 3_600, "How long one insert may take before it is repeated.")
        .Seconds("clickhouse:backoff_base_seconds", 0.5, 0.001, 60, "The bound of the first wait after a failure.")
        .Seconds("clickhouse:backoff_cap_seconds", 10, 0.001, 600, "The bound doubles with every failure up to this.")
        .Integer("clickhouse:circuit_threshold", 5, 2, 1_000, "Failures in a row after which nothing is tried for a while.")
        .Seconds("clickhouse:circuit_open_seconds", 5, 0.5, 600, "That while; then one attempt probes.")
        .Integer("clickhouse:ttl:trades_days", 0, 0, LongestTtlDays, "Days that trades are kept; 0: for ever.")
        .Integer("clickhouse:ttl:tickers_days", 0, 0, LongestTtlDays, "Days that tickers are kept; 0: for ever.")
        .Integer("clickhouse:ttl:book_updates_days", 0, 0, LongestTtlDays, "Days that updates of books are kept; 0: for ever.")
        .Integer("clickhouse:ttl:book_snapshots_days", 0, 0, LongestTtlDays, "Days that snapshots of books are kept; 0: for ever.")
        .Integer("clickhouse:ttl:integrity_days", 0, 0, LongestTtlDays, "Days that the ledger is kept; 0: for ever.")
        .Integer("clickhouse:ttl:candles_1s_days", 0, 0, LongestTtlDays, "Days that candles of a second are kept; 0: for ever.")
        .Integer("clickhouse:ttl:candles_1m_days", 0, 0, LongestTtlDays, "Days that candles of a minute are kept; 0: for ever.")
        .Integer("clickhouse:ttl:top_of_book_1s_days", 0, 0, LongestTtlDays, "Days that the top of each book per second is kept; 0: for ever.")
        .Integer("clickhouse:ttl:exchange_candles_days", 0, 0, LongestTtlDays, "Days that the exchange's own candles are kept; 0: for ever.")
        .Integer("clickhouse:ttl:funding_rates_days", 0, 0, LongestTtlDays, "Days that funding is kept; 0: for ever.")
        .Integer("clickhouse:ttl:volatility_index_days", 0, 0, LongestTtlDays, "Days that the volatility index is kept; 0: for ever.")
        .Text("parquet:directory", "history", "Where the history is kept as files.")
        .Choice("archiver:store", "clickhouse", ["clickhouse", "parquet"], "Where the history is kept.")
        .Text("archiver:group", "", "The consumer group, which remembers what is stored.", mayBeEmpty: true)
        .Integer("archiver:batch_rows", 50_000, 1, 1_000_000, "Rows of one insert.")
        .Bytes("archiver:batch_bytes", 16L << 20, 64L << 10, 256L << 20, "Bytes of JSON of one insert.")
        .Seconds("archiver:batch_age_seconds", 1, 0.01, 60, "How long a batch waits for more rows.")
        .Url("exchanges:deribit:ws_url", "wss://www.deribit.com/ws/api/v2", ["ws", "wss"], "The WebSocket address.")
        .Url("exchanges:deribit:http_url", "https://www.deribit.com/api/v2", ["http", "https"], "The HTTP address.")
        .Url(
            "exchanges:deribit:history_url", "https://history.deribit.com/api/v2", ["http", "https"], "Where older trades are.",
            mayBeEmpty: true)
        .Secret("exchanges:deribit:key", "The API key (client id).")
        .Secret("exchanges:deribit:secret", "The API secret (client secret).")
        .List("exchanges:deribit:symbols", "BTC-PERPETUAL,ETH-PERPETUAL", "Instruments, patterns such as BTC-*, properties, or * for all.")
        .Choice("exchanges:deribit:book_interval", "auto", _intervals, "The interval of the book channels.")
        .Choice("exchanges:deribit:trades_interval", "auto", _intervals, "The interval of the trades channels.")
        .Choice("exchanges:deribit:ticker_interval", "auto", _intervals, "The interval of the ticker channels.")
        .Seconds("exchanges:deribit:snapshot_interval_seconds", 10, 1, 3_600, "At least this often a full book is published.")
        .Seconds("exchanges:deribit:audit_interval_seconds", 300, 0, 86_400, "Each book is held against the exchange's own this often.")
        .Seconds("exchanges:deribit:probe_after_seconds", 10, 0, 3_600, "The shortest silence of a channel that is asked about.")
        .Seconds("exchanges:deribit:trade_hold_seconds", 5, 0, 300, "How long trades behind a missing one wait for it.")
        .Integer("exchanges:deribit:connection:max_connections", 8, 1, 32, "The most connections, opened only when one is read too slowly.")
        .Flag("exchanges:deribit:connection:compression", false, "Whether the exchange is offered to compress what it sends.")
        .Seconds("exchanges:deribit:connection:keep_alive_seconds", 10, 0.1, 300, "How often an idle connection is pinged.")
        .Seconds("exchanges:deribit:connection:keep_alive_timeout_seconds", 10, 0.1, 300, "How long the answer to a ping may take.")
        .Seconds("exchanges:deribit:connection:backoff_base_seconds", 0.5, 0.01, 60, "The bound of the first wait before a reconnect.")
        .Seconds("exchanges:deribit:connection:backoff_cap_seconds", 30, 0.01, 3_600, "The bound doubles with every failure up to this.")
        .Seconds("exchanges:deribit:connection:stable_after_seconds", 30, 0.1, 3_600, "Holding this long forgets earlier failures.")
        .Integer("exchanges:deribit:connection:circuit_threshold", 10, 1, 1_000, "Failures in a row after which the circuit opens.")
        .Seconds("exchanges:deribit:connection:circuit_open_seconds", 60, 0.1, 3_600, "How long an open circuit waits before one attempt.")
        .Integer("exchanges:deribit:connection:subscribe_attempts", 5, 1, 100, "How often a refused channel is asked for.")
        .Seconds("exchanges:deribit:connection:subscribe_retry_seconds", 1, 0.01, 60, "The first wait before asking again.")
        .Seconds("symbols:start_patience_seconds", 5, 0, 300, "How long a start waits for Kafka to say what is to be collected.")
        .Seconds("symbols:listing_delay_seconds", 2, 0.05, 60, "How long news of listings are gathered before the list is read.")
        .Seconds("symbols:expiry_grace_seconds", 60, 0, 86_400, "How long a delisted instrument is collected for its last trades.")
        .Integer("embedded:kafka_port", 0, 0, 65_535, "The port of the embedded Kafka of `marketdata embedded`; 0: any free one.")
        .Integer("embedded:redis_port", 0, 0, 65_535, "The port of its Redis; 0: any free one.")
        .Integer("embedded:exchange_port", 0, 0, 65_535, "The port of its simulated exchange; 0: any free one.")
        .Choice("logging:level", "information", _levels, "The lowest level.")
        .Choice("logging:format", "json", ["json", "text"], "How a line of the log is written.")
        .Url("logging:loki_url", "", ["http", "https"], "Where Loki listens; empty: no export.", mayBeEmpty: true)
        .Integer("health:port", 8080, 0, 65_535, "The port of /health, /alive and /metrics; 0: any free port.")
        .Text("health:address", "*", "The address to listen on: * (all), localhost, or an IP address.")
        .Secret("admin:key", "Whoever sends it may pause a collector, resume it, get a book anew, and add symbols.")
        .Seconds("shutdown:timeout_seconds", 30, 1, 600, "How long a graceful stop may take.");

    private ConfigurationSchema Text(string name, string value, string description, bool mayBeEmpty = false) =>
        Add(new(name, ConfigurationKind.Text, value, description) { MayBeEmpty = mayBeEmpty });

    private ConfigurationSchema Choice(string name, string value, string[] choices, string description) =>
        Add(new(name, ConfigurationKind.Text, value, description) { Choices = choices });

    private ConfigurationSchema Secret(string name, string description) =>
        Add(new(name, ConfigurationKind.Text, "", description) { Secret = true, MayBeEmpty = true });

    private ConfigurationSchema Integer(string name, int value, double minimum, double maximum, string description) =>
        Add(new(name, ConfigurationKind.WholeNumber, $"{value}", description) { Minimum = minimum, Maximum = maximum });

    private ConfigurationSchema Bytes(string name, long value, long minimum, long maximum, string description) =>
        Add(new(name, ConfigurationKind.WholeNumber, $"{value}", description) { Minimum = minimum, Maximum = maximum });

    private ConfigurationSchema Flag(string name, bool value, string description) =>
        Add(new(name, ConfigurationKind.Flag, value ? "true" : "false", description));

    private ConfigurationSchema Seconds(string name, double value, double minimum, double maximum, string description) =>
        Add(new(name, ConfigurationKind.Seconds, $"{value}", description) { Minimum = minimum, Maximum = maximum });

    private ConfigurationSchema Url(string name, string value, string[] schemes, string description, bool mayBeEmpty = false) =>
        Add(new(name, ConfigurationKind.Url, value, description) { Choices = schemes, MayBeEmpty = mayBeEmpty });

    private ConfigurationSchema List(string name, string value, string description) =>
        Add(new(name, ConfigurationKind.List, value, description));
}
