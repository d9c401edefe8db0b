using MarketData.Replicas;
using MarketData.Symbols;
using MarketData.Trades;

namespace MarketData.Collectors;

/// <summary>What a collector may be joined to; each part is optional.</summary>
/// <param name="Symbols">Says what is to be collected; without it the configured list does.</param>
/// <param name="Ownership">Says which part of it this replica collects; without it, all.</param>
/// <param name="Positions">Says where trade tapes ended; without it they begin with the first trade that arrives.</param>
public sealed record FollowerServices(ISymbolSource? Symbols = null, IOwnership? Ownership = null, ITradePositions? Positions = null);
