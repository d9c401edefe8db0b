-- Candles per second and per minute. A trade may be written twice, late, or in another batch than its neighbours: every state is one that a
-- repetition does not change. First and last go by (timestamp, trade_seq); volume and count are over distinct trades, not sums.
-- The time is counted from the epoch and wide: ClickHouse's own DateTime would take a time after 2106 for one of today.
CREATE TABLE IF NOT EXISTS candles_1s_state
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    time            DateTime64(0, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    open            AggregateFunction(argMin, Decimal(38, 18), Tuple(DateTime64(3, 'UTC'), Int64)) CODEC(ZSTD(1)),
    high            SimpleAggregateFunction(max, Decimal(38, 18)) CODEC(ZSTD(1)),
    low             SimpleAggregateFunction(min, Decimal(38, 18)) CODEC(ZSTD(1)),
    close           AggregateFunction(argMax, Decimal(38, 18), Tuple(DateTime64(3, 'UTC'), Int64)) CODEC(ZSTD(1)),
    trades          AggregateFunction(groupUniqArray, Tuple(Int64, String, Decimal(38, 18), UInt8)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (exchange, instrument_name, time)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1,
    materialize_ttl_recalculate_only = 1;

CREATE TABLE IF NOT EXISTS candles_1m_state
(
    exchange        LowCardinality(String),
    instrument_name LowCardinality(String),
    time            DateTime64(0, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    open            AggregateFunction(argMin, Decimal(38, 18), Tuple(DateTime64(3, 'UTC'), Int64)) CODEC(ZSTD(1)),
    high            SimpleAggregateFunction(max, Decimal(38, 18)) CODEC(ZSTD(1)),
    low             SimpleAggregateFunction(min, Decimal(38, 18)) CODEC(ZSTD(1)),
    close           AggregateFunction(argMax, Decimal(38, 18), Tuple(DateTime64(3, 'UTC'), Int64)) CODEC(ZSTD(1)),
    trades          AggregateFunction(groupUniqArray, Tuple(Int64, String, Decimal(38, 18), UInt8)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (exchange, instrument_name, time)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1,
    materialize_ttl_recalculate_only = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS candles_1s_feed TO candles_1s_state AS
SELECT exchange, instrument_name, toDateTime64(intDiv(toUnixTimestamp64Milli(timestamp), 1000), 0, 'UTC') AS time,
    argMinState(price, (timestamp, trade_seq)) AS open, max(price) AS high, min(price) AS low,
    argMaxState(price, (timestamp, trade_seq)) AS close,
    groupUniqArrayState((trade_seq, trade_id, amount, combo_role = 'combo')) AS trades
FROM trades
GROUP BY exchange, instrument_name, time;

CREATE MATERIALIZED VIEW IF NOT EXISTS candles_1m_feed TO candles_1m_state AS
SELECT exchange, instrument_name, toDateTime64(intDiv(toUnixTimestamp64Milli(timestamp), 60000) * 60, 0, 'UTC') AS time,
    argMinState(price, (timestamp, trade_seq)) AS open, max(price) AS high, min(price) AS low,
    argMaxState(price, (timestamp, trade_seq)) AS close,
    groupUniqArrayState((trade_seq, trade_id, amount, combo_role = 'combo')) AS trades
FROM trades
GROUP BY exchange, instrument_name, time;

CREATE VIEW IF NOT EXISTS candles_1s AS
SELECT exchange, instrument_name, time, argMinMerge(state.open) AS open, max(state.high) AS high, min(state.low) AS low,
    argMaxMerge(state.close) AS close, arraySum(trade -> trade.3, groupUniqArrayMerge(state.trades)) AS volume,
    arraySum(trade -> if(trade.4, 0, trade.3), groupUniqArrayMerge(state.trades)) AS volume_without_combos,
    length(groupUniqArrayMerge(state.trades)) AS trades
FROM candles_1s_state AS state
GROUP BY exchange, instrument_name, time;

CREATE VIEW IF NOT EXISTS candles_1m AS
SELECT exchange, instrument_name, time, argMinMerge(state.open) AS open, max(state.high) AS high, min(state.low) AS low,
    argMaxMerge(state.close) AS close, arraySum(trade -> trade.3, groupUniqArrayMerge(state.trades)) AS volume,
    arraySum(trade -> if(trade.4, 0, trade.3), groupUniqArrayMerge(state.trades)) AS volume_without_combos,
    length(groupUniqArrayMerge(state.trades)) AS trades
FROM candles_1m_state AS state
GROUP BY exchange, instrument_name, time;
