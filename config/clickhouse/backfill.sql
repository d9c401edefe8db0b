-- Fills what 0006 and 0007 derive from rows that were stored before these migrations. Not run by the archiver: it may take hours. Once is
-- enough; twice, in parts, or while archivers write, does no harm, because equal states collapse. Days, the second one not included:
--   clickhouse-client --database market --queries-file config/clickhouse/backfill.sql --param_from 2026-01-01 --param_to 2026-02-01
INSERT INTO candles_1s_state
SELECT exchange, instrument_name, toDateTime64(intDiv(toUnixTimestamp64Milli(timestamp), 1000), 0, 'UTC') AS time,
    argMinState(price, (timestamp, trade_seq)) AS open, max(price) AS high, min(price) AS low,
    argMaxState(price, (timestamp, trade_seq)) AS close,
    groupUniqArrayState((trade_seq, trade_id, amount, combo_role = 'combo')) AS trades
FROM trades
WHERE timestamp >= {from:Date} AND timestamp < {to:Date}
GROUP BY exchange, instrument_name, time
SETTINGS max_partitions_per_insert_block = 0;

INSERT INTO candles_1m_state
SELECT exchange, instrument_name, toDateTime64(intDiv(toUnixTimestamp64Milli(timestamp), 60000) * 60, 0, 'UTC') AS time,
    argMinState(price, (timestamp, trade_seq)) AS open, max(price) AS high, min(price) AS low,
    argMaxState(price, (timestamp, trade_seq)) AS close,
    groupUniqArrayState((trade_seq, trade_id, amount, combo_role = 'combo')) AS trades
FROM trades
WHERE timestamp >= {from:Date} AND timestamp < {to:Date}
GROUP BY exchange, instrument_name, time
SETTINGS max_partitions_per_insert_block = 0;

INSERT INTO top_of_book_1s_state
SELECT exchange, instrument_name, toDateTime64(intDiv(toUnixTimestamp64Milli(timestamp), 1000), 0, 'UTC') AS time, change_id,
    best_bid_price, best_bid_amount, best_ask_price, best_ask_amount
FROM book_updates
WHERE received_at >= {from:Date} AND received_at < {to:Date}
ORDER BY change_id DESC
LIMIT 1 BY exchange, instrument_name, time
SETTINGS max_partitions_per_insert_block = 0;

INSERT INTO top_of_book_1s_state
SELECT exchange, instrument_name, toDateTime64(intDiv(toUnixTimestamp64Milli(timestamp), 1000), 0, 'UTC') AS time, change_id,
    best_bid_price, best_bid_amount, best_ask_price, best_ask_amount
FROM book_snapshots
WHERE ifNull(verified_at, received_at) >= {from:Date} AND ifNull(verified_at, received_at) < {to:Date}
ORDER BY change_id DESC
LIMIT 1 BY exchange, instrument_name, time
SETTINGS max_partitions_per_insert_block = 0;
