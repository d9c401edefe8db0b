namespace MarketData.Kafka;

/// <summary>What became of an attempt to have the topics.</summary>
/// <param name="State">The outcome.</param>
/// <param name="Reason">Why they are not there, as a sentence.</param>
/// <param name="LargestBatch">What each of the topics takes in one batch, in bytes; null when the brokers do not tell.</param>
/// <param name="Created">The topics that were missing and are there now; null: none.</param>
/// <param name="MayPass">Whether the refusal is one that brokers also give while they start.</param>
internal readonly record struct TopicsOutcome(
    TopicsState State, string Reason = "", int? LargestBatch = null, IReadOnlyList<string>? Created = null, bool MayPass = false);

/// <summary>The outcomes of <see cref="ITopicProvisioner.TryAsync"/>.</summary>
internal enum TopicsState
{
    /// <summary>All topics exist.</summary>
    Ready,

    /// <summary>No broker answers; waiting may cure it.</summary>
    Unreachable,

    /// <summary>A topic is missing and the brokers do not create it.</summary>
    Refused,

    /// <summary>The brokers do not let this client in.</summary>
    LoginRefused,
}
