namespace MarketData.Kafka;

/// <summary>How the producer compresses its batches.</summary>
public enum KafkaCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip: small and slow.</summary>
    Gzip,

    /// <summary>snappy.</summary>
    Snappy,

    /// <summary>lz4: fast; the default.</summary>
    Lz4,

    /// <summary>zstd: smaller than lz4 for more processor time.</summary>
    Zstd,
}
