-- What [clickhouse.ttl] lets go, goes in whole parts, which costs nothing; nothing is rewritten when a time to live is changed.
ALTER TABLE trades MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
ALTER TABLE tickers MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
ALTER TABLE book_updates MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
ALTER TABLE book_snapshots MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
ALTER TABLE integrity MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
