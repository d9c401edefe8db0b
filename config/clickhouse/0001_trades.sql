-- Every trade once. A trade is known by its number and its id: the exchange may count an instrument anew. Repaired and live copies of one
-- trade collapse too, because the month is the exchange's.
CREATE TABLE IF NOT EXISTS trades
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    timestamp       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    received_at     DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    epoch           Int64 CODEC(Delta, ZSTD(1)),
    trade_id String CODEC(ZSTD(1)),
    trade_seq Int64 CODEC(Delta, ZSTD(1)),
    price Decimal(38, 18) CODEC(ZSTD(1)),
    amount Decimal(38, 18) CODEC(ZSTD(1)),
    direction LowCardinality(String),
    tick_direction Nullable(Int64) CODEC(ZSTD(1)),
    index_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    mark_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    iv Nullable(Float64) CODEC(ZSTD(1)),
    liquidation LowCardinality(Nullable(String)),
    contracts Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    combo_id Nullable(String) CODEC(ZSTD(1)),
    combo_trade_id Nullable(String) CODEC(ZSTD(1)),
    block_trade_id Nullable(String) CODEC(ZSTD(1)),
    source LowCardinality(String),
    combo_role LowCardinality(String),
    leg_instrument_names Array(LowCardinality(String)),
    leg_trade_ids Array(String) CODEC(ZSTD(1)),
    leg_trade_seqs Array(Nullable(Int64)) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (exchange, instrument_name, trade_seq, trade_id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
