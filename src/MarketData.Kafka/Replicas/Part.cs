namespace MarketData.Kafka.Replicas;

/// <summary>How this process stands to one partition of the symbols.</summary>
/// <param name="Standing">Whether it is held.</param>
/// <param name="Term">The term of this process's own claim; 0 when it has none.</param>
/// <param name="OpenFromUnixNs">
/// Only what was received since then may be published: before, another process may have published it. 0: nothing older is on its way.
/// </param>
/// <param name="Granted">When it became this process's, as a timestamp of the clock.</param>
internal readonly record struct Part(Standing Standing, long Term, long OpenFromUnixNs, long Granted = 0);
