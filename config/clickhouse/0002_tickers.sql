-- Every ticker once, known by its two times. Prices are exact; what the exchange computes is not.
CREATE TABLE IF NOT EXISTS tickers
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    timestamp       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    received_at     DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    epoch           Int64 CODEC(Delta, ZSTD(1)),
    state LowCardinality(Nullable(String)),
    last_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    mark_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    index_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    best_bid_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    best_bid_amount Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    best_ask_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    best_ask_amount Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    min_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    max_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    open_interest Nullable(Float64) CODEC(ZSTD(1)),
    current_funding Nullable(Float64) CODEC(ZSTD(1)),
    funding_8h Nullable(Float64) CODEC(ZSTD(1)),
    interest_value Nullable(Float64) CODEC(ZSTD(1)),
    settlement_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    delivery_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    estimated_delivery_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    ask_iv Nullable(Float64) CODEC(ZSTD(1)),
    bid_iv Nullable(Float64) CODEC(ZSTD(1)),
    mark_iv Nullable(Float64) CODEC(ZSTD(1)),
    underlying_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    underlying_index LowCardinality(Nullable(String)),
    interest_rate Nullable(Float64) CODEC(ZSTD(1)),
    delta Nullable(Float64) CODEC(ZSTD(1)),
    gamma Nullable(Float64) CODEC(ZSTD(1)),
    rho Nullable(Float64) CODEC(ZSTD(1)),
    theta Nullable(Float64) CODEC(ZSTD(1)),
    vega Nullable(Float64) CODEC(ZSTD(1)),
    high Nullable(Float64) CODEC(ZSTD(1)),
    low Nullable(Float64) CODEC(ZSTD(1)),
    volume Nullable(Float64) CODEC(ZSTD(1)),
    volume_usd Nullable(Float64) CODEC(ZSTD(1)),
    price_change Nullable(Float64) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(received_at)
ORDER BY (exchange, instrument_name, timestamp, received_at, epoch)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
