-- As in 0009_ttl.sql: what [clickhouse.ttl] lets go, goes in whole parts.
ALTER TABLE exchange_candles MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
ALTER TABLE funding_rates MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
ALTER TABLE volatility_index MODIFY SETTING ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1;
