-- Events per minute of our clock. Not kept, but counted when asked: an event may be written twice, and what can tell it from another one is as
-- large as the event's key, so that a state that counts right would be another copy of the keys. Ask for a time.
CREATE VIEW IF NOT EXISTS message_rates AS
SELECT 'trades' AS table_name, exchange, instrument_name, toStartOfMinute(received_at) AS time, count() AS events, count() / 60 AS per_second
FROM trades FINAL GROUP BY exchange, instrument_name, time
UNION ALL
SELECT 'tickers' AS table_name, exchange, instrument_name, toStartOfMinute(received_at) AS time, count() AS events, count() / 60 AS per_second
FROM tickers FINAL GROUP BY exchange, instrument_name, time
UNION ALL
SELECT 'book_updates' AS table_name, exchange, instrument_name, toStartOfMinute(received_at) AS time, count() AS events, count() / 60 AS per_second
FROM book_updates FINAL GROUP BY exchange, instrument_name, time
UNION ALL
SELECT 'book_snapshots' AS table_name, exchange, instrument_name, toStartOfMinute(ifNull(verified_at, received_at)) AS time, count() AS events,
    count() / 60 AS per_second
FROM book_snapshots FINAL GROUP BY exchange, instrument_name, time
UNION ALL
SELECT 'integrity' AS table_name, exchange, instrument_name, toStartOfMinute(received_at) AS time, count() AS events, count() / 60 AS per_second
FROM integrity FINAL GROUP BY exchange, instrument_name, time;
