-- Codecs that were measured (docs/schema.md). New parts have them, older ones when they are merged; nothing is rewritten now.
ALTER TABLE trades
    MODIFY COLUMN timestamp CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN received_at CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN trade_id CODEC(ZSTD(3)),
    MODIFY COLUMN trade_seq CODEC(DoubleDelta, ZSTD(1)),
    MODIFY COLUMN price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN amount CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN tick_direction CODEC(T64, ZSTD(1)),
    MODIFY COLUMN index_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN mark_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN contracts CODEC(GCD, ZSTD(1));

ALTER TABLE tickers
    MODIFY COLUMN timestamp CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN received_at CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN last_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN mark_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN index_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_bid_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_bid_amount CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_ask_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_ask_amount CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN min_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN max_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN settlement_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN delivery_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN estimated_delivery_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN underlying_price CODEC(GCD, ZSTD(1));

ALTER TABLE book_updates
    MODIFY COLUMN timestamp CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN received_at CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN bid_prices CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN bid_amounts CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN ask_prices CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN ask_amounts CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_bid_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_bid_amount CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_ask_price CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_ask_amount CODEC(GCD, ZSTD(1));

ALTER TABLE book_snapshots
    MODIFY COLUMN timestamp CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN received_at CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN bid_amounts CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN ask_amounts CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_bid_amount CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN best_ask_amount CODEC(GCD, ZSTD(1));

ALTER TABLE integrity
    MODIFY COLUMN timestamp CODEC(Delta, ZSTD(1)),
    MODIFY COLUMN received_at CODEC(Delta, ZSTD(1));
