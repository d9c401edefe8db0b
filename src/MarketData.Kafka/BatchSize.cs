namespace MarketData.Kafka;

/// <summary>
/// How large the producer's batches may be. A broker refuses a whole batch above the topic's <c>max.message.bytes</c>. The limit is asked
/// for and kept to; where the brokers do not tell it, batches are as small as every useful topic takes them. A refusal is the last resort:
/// it makes the batches of the next producer smaller, but librdkafka bumps its epoch by itself and sends what is behind the refused batch
/// before anyone can stop it, with one request in flight as with five. Safe from any thread.
/// </summary>
internal sealed class BatchSize
{
    /// <summary>In bytes: the client library's default.</summary>
    private const int First = 1_000_000;

    /// <summary>
    /// In bytes: four times what producers in Java fill their batches to by default (<c>batch.size</c> of Kafka's producer configuration). A
    /// topic that takes less takes no deep book either.
    /// </summary>
    private const int Untold = 65_536;

    private const int Divisor = 4;

    /// <summary>What a message has besides its key, its headers and its value, in bytes, and more.</summary>
    private const int Overhead = 128;

    private int _bytes = First;

    /// <summary>The largest batch of a producer that is made now, in bytes before compression; a larger message is a batch by itself.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    /// <summary>Takes note of what the topics allow.</summary>
    /// <param name="told">In bytes; null when the brokers do not tell.</param>
    /// <returns>Whether batches must be smaller than they were.</returns>
    public bool Limit(int? told)
    {
        var bytes = told ?? Untold;
        for (var known = Bytes; bytes < known; known = Bytes)
        {
            if (Interlocked.CompareExchange(ref _bytes, Math.Max(bytes, 1), known) == known)
                return true;
        }
        return false;
    }

    /// <summary>Takes note of a refusal.</summary>
    /// <param name="message">A message of the refused batch.</param>
    /// <param name="refused">The largest batch of its producer.</param>
    /// <returns>Whether the message can have been refused for its company, so that it may pass in a smaller batch.</returns>
    public bool TryShrink(PendingMessage message, int refused)
    {
        var alone = message.Key.Length + message.Value.Length + Overhead;
        foreach (var header in message.Headers)
            alone += header.Key.Length + (header.GetValueBytes()?.Length ?? 0);
        if (alone >= refused)
            return false;
        // Of all messages of a batch the first one counts.
        Interlocked.CompareExchange(ref _bytes, refused / Divisor, refused);
        return true;
    }
}
