namespace MarketData.Cli.Tests.Rigs;

/// <summary>An interval that the ledger opened and closed: from when and from which id on nothing was proven, until it was again.</summary>
internal sealed record LedgerInterval(string Key, string Cause, long? FromId, long? ToId, long FromUnixMs, long ToUnixMs, string Detail);
