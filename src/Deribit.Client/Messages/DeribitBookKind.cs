namespace Deribit.Client;

/// <summary>What a frame of a full book channel holds.</summary>
public enum DeribitBookKind
{
    /// <summary>The whole book.</summary>
    Snapshot,

    /// <summary>Only the levels that changed.</summary>
    Change,
}
