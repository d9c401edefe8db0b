namespace MarketData.ClickHouse.Schema;

/// <summary>A migration as the database remembers it.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Checksum">SHA-256 of its text.</param>
internal sealed record AppliedMigration(int Number, string Name, string Checksum);
