-- The ledger. Everything that an event says is part of what it is known by: no two that differ may collapse into one.
CREATE TABLE IF NOT EXISTS integrity
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    timestamp       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    received_at     DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    epoch           Int64 CODEC(Delta, ZSTD(1)),
    channel LowCardinality(String),
    kind LowCardinality(String),
    from_id Nullable(Int64) CODEC(ZSTD(1)),
    to_id Nullable(Int64) CODEC(ZSTD(1)),
    from_time Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
    to_time Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
    detail Nullable(String) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (exchange, instrument_name, received_at, timestamp, channel, kind, epoch, ifNull(toString(from_id), ''), ifNull(toString(to_id), ''),
    ifNull(toString(from_time), ''), ifNull(toString(to_time), ''), ifNull(concat('=', detail), ''))
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
