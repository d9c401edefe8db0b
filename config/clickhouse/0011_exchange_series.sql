-- What the exchange publishes of its past, filled by `marketdata backfill`. The candles are the exchange's own, of periods that are over; those that
-- are derived from stored trades are candles_1s and candles_1m. It may correct what it publishes: the row that was received last counts.
CREATE TABLE IF NOT EXISTS exchange_candles
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    resolution      Int64 CODEC(Delta, ZSTD(1)),
    timestamp       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    received_at     DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    open            Decimal(38, 18) CODEC(GCD, ZSTD(1)),
    high            Decimal(38, 18) CODEC(GCD, ZSTD(1)),
    low             Decimal(38, 18) CODEC(GCD, ZSTD(1)),
    close           Decimal(38, 18) CODEC(GCD, ZSTD(1)),
    volume          Nullable(Float64) CODEC(ZSTD(1)),
    cost            Nullable(Float64) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (exchange, instrument_name, resolution, timestamp)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS funding_rates
(
    exchange         LowCardinality(String),
    instrument_name  LowCardinality(String),
    timestamp        DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    received_at      DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    index_price      Nullable(Decimal(38, 18)) CODEC(GCD, ZSTD(1)),
    prev_index_price Nullable(Decimal(38, 18)) CODEC(GCD, ZSTD(1)),
    interest_1h      Float64 CODEC(ZSTD(1)),
    interest_8h      Nullable(Float64) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (exchange, instrument_name, timestamp)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS volatility_index
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    resolution      Int64 CODEC(Delta, ZSTD(1)),
    timestamp       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    received_at     DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    open            Float64 CODEC(ZSTD(1)),
    high            Float64 CODEC(ZSTD(1)),
    low             Float64 CODEC(ZSTD(1)),
    close           Float64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (exchange, instrument_name, resolution, timestamp)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
