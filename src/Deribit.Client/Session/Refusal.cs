namespace Deribit.Client.Session;

/// <summary>Channels that were refused equally often.</summary>
/// <param name="Channels">The channels as they were asked for.</param>
/// <param name="Attempts">How often.</param>
/// <param name="GivenUp">Whether no further attempt follows on this connection.</param>
internal sealed record Refusal(IReadOnlyList<string> Channels, int Attempts, bool GivenUp);
