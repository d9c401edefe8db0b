namespace MarketData.Kafka.Replicas;

/// <summary>What a consumer group tells a member.</summary>
internal enum GroupEventKind
{
    /// <summary>Partitions come to this member, in addition to those it has; possibly none.</summary>
    Assigned,

    /// <summary>Partitions leave this member; the group waits.</summary>
    Revoked,

    /// <summary>The member was expelled, or could not say that it lives: its partitions may be others' already.</summary>
    Lost,
}
