using System.Globalization;

namespace MarketData.Kafka.Replicas;

/// <content>
/// Watches the claims of others: a claim is renewed every second, so an owner that ends without a word shows before the group notices.
/// </content>
internal sealed partial class KafkaOwnership
{
    /// <summary>Three renewals that did not come.</summary>
    private static readonly TimeSpan SilentAfter = 3 * RenewEvery;

    private readonly HashSet<string> _toldSilent = [];

    public IReadOnlyList<string> Warnings =>
        [.. Silent().GroupBy(found => found.Claim.Process).Select(group =>
        {
            var claim = group.First().Claim;
            var partitions = string.Join(", ", group.Select(found => found.Partition));
            var silence = group.Max(found => found.Silence).TotalSeconds;
            var session = (_lease.Length + LeaseMargin).TotalSeconds;
            var (did, next) = claim.IsReleased
                ? ("gave them up", "The group is giving them to another replica.")
                : ("last said something", $"The group gives them to another replica when that one has been silent for {session:0} s.");
            return string.Create(
                CultureInfo.InvariantCulture,
                $"owner_silent: No replica collects partitions {partitions} of the symbols: {claim.Owner} (process {claim.Process}) {did} {silence:0} s ago. {next}");
        })];

    /// <summary>How many partitions belong to an owner that is silent, as far as this replica hears.</summary>
    public int SilentPartitions => Silent().Count;

    private List<(int Partition, Claim Claim, TimeSpan Silence)> Silent()
    {
        // While this replica itself is cut off, it hears of nobody.
        if (!_started || _leaving || !_known || !_lease.IsValid)
            return [];
        var share = _share;
        var foreign = share.In(Standing.Foreign, Standing.Unknown, Standing.Pending).ToHashSet();
        return [.. _claims.SilentFor(SilentAfter, hearsItself: OwnedPartitions > 0)
            .Where(found => foreign.Contains(found.Partition) && found.Claim.Process != _process)];
    }

    /// <summary>Says once of each process that it is silent; on the task that renews.</summary>
    private void NoteSilence()
    {
        var silent = Silent();
        _toldSilent.IntersectWith(silent.Select(found => found.Claim.Process).ToHashSet());
        foreach (var group in silent.Where(found => !found.Claim.IsReleased).GroupBy(found => found.Claim.Process))
        {
            if (_toldSilent.Add(group.Key))
                _logger.OwnerSilent(
                    _collector, group.First().Claim.Owner, group.Key, group.Max(found => found.Silence),
                    string.Join(", ", group.Select(found => found.Partition)));
        }
    }
}
