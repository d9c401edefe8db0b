-- The last top of each book in each second of the exchange's clock. Of two changes of a book the later one has the higher change_id, and one
-- change_id is one state of the book, whichever connection or snapshot tells of it: rows collapse to the highest, in any order, however often.
CREATE TABLE IF NOT EXISTS top_of_book_1s_state
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    time            DateTime64(0, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    change_id       Int64 CODEC(Delta, ZSTD(1)),
    best_bid_price  Nullable(Decimal(38, 18)) CODEC(GCD, ZSTD(1)),
    best_bid_amount Nullable(Decimal(38, 18)) CODEC(GCD, ZSTD(1)),
    best_ask_price  Nullable(Decimal(38, 18)) CODEC(GCD, ZSTD(1)),
    best_ask_amount Nullable(Decimal(38, 18)) CODEC(GCD, ZSTD(1))
)
ENGINE = ReplacingMergeTree(change_id)
PARTITION BY toYYYYMM(time)
ORDER BY (exchange, instrument_name, time)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1,
    materialize_ttl_recalculate_only = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS top_of_book_1s_from_updates TO top_of_book_1s_state AS
SELECT exchange, instrument_name, toDateTime64(intDiv(toUnixTimestamp64Milli(timestamp), 1000), 0, 'UTC') AS time, change_id,
    best_bid_price, best_bid_amount, best_ask_price, best_ask_amount
FROM book_updates
ORDER BY change_id DESC
LIMIT 1 BY exchange, instrument_name, time;

CREATE MATERIALIZED VIEW IF NOT EXISTS top_of_book_1s_from_snapshots TO top_of_book_1s_state AS
SELECT exchange, instrument_name, toDateTime64(intDiv(toUnixTimestamp64Milli(timestamp), 1000), 0, 'UTC') AS time, change_id,
    best_bid_price, best_bid_amount, best_ask_price, best_ask_amount
FROM book_snapshots
ORDER BY change_id DESC
LIMIT 1 BY exchange, instrument_name, time;

CREATE VIEW IF NOT EXISTS top_of_book_1s AS
SELECT exchange, instrument_name, time, change_id, best_bid_price, best_bid_amount, best_ask_price, best_ask_amount
FROM top_of_book_1s_state FINAL;
