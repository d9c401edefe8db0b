namespace MarketData.Kafka.Replicas;

/// <summary>What a replica needs of the rest of its process.</summary>
/// <param name="PublishedUntilUnixMs">
/// Everything that was received before this moment has its outcome; by our clock, in milliseconds since the Unix epoch. Any thread.
/// </param>
/// <param name="BeforeLeaving">What is to be done while the share is still held, after the last event was acknowledged.</param>
internal sealed record ReplicaHooks(Func<long> PublishedUntilUnixMs, Func<CancellationToken, Task> BeforeLeaving);
