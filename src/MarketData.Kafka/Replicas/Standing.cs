namespace MarketData.Kafka.Replicas;

/// <summary>How a process stands to a partition of the symbols.</summary>
internal enum Standing
{
    /// <summary>The group has not said yet whose it is.</summary>
    Unknown,

    /// <summary>Another's.</summary>
    Foreign,

    /// <summary>The group gave it to this process; the former claim is being read and the own one written.</summary>
    Pending,

    /// <summary>This process's, with a claim of its own.</summary>
    Owned,

    /// <summary>Was owned when the membership was lost; whose it is now shows when the group is joined again.</summary>
    Suspended,

    /// <summary>Was suspended; the group gave it back, and the claim is being read.</summary>
    Resuming,

    /// <summary>Owned still, but given up: what was collected is being published.</summary>
    Leaving,
}
