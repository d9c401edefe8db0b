-- Whole books. A quiet book is repeated with the same change_id and times; verified_at says when, and belongs to what a row is known by.
-- The day is that of the repetition: a book that stood still for months is not old.
CREATE TABLE IF NOT EXISTS book_snapshots
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    timestamp       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    received_at     DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    epoch           Int64 CODEC(Delta, ZSTD(1)),
    verified_at Nullable(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    change_id Int64 CODEC(Delta, ZSTD(1)),
    bid_prices Array(Decimal(38, 18)) CODEC(ZSTD(1)),
    bid_amounts Array(Decimal(38, 18)) CODEC(ZSTD(1)),
    ask_prices Array(Decimal(38, 18)) CODEC(ZSTD(1)),
    ask_amounts Array(Decimal(38, 18)) CODEC(ZSTD(1)),
    best_bid_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    best_bid_amount Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    best_ask_price Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    best_ask_amount Nullable(Decimal(38, 18)) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(ifNull(verified_at, received_at))
ORDER BY (exchange, instrument_name, change_id, received_at, epoch, ifNull(verified_at, received_at))
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
