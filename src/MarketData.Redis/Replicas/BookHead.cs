namespace MarketData.Redis.Replicas;

/// <summary>What a book value says besides its levels: the fields of the event that led to this state.</summary>
internal readonly record struct BookHead(string Exchange, string InstrumentName, long ExchangeTimeUnixMs, long ReceivedAtUnixNs, long ChangeId);
