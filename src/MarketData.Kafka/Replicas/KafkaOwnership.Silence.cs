using System.Globalization;

namespace MarketData.Kafka.Replicas;

/// <content>
/// Watches the claims of others: a claim is renewed every second, so an owner that ends without a word shows before the group notices.
/// </content>
internal sealed partial class KafkaOwnership
{
    /// <summary>Three renewals that did not come.</summary>
    private static readonly TimeSpan SilentAfter = 3 * RenewEvery;

    private readonly Dictionary<string, string> _toldSilent = [];
    private List<(int Partition, Claim Claim, TimeSpan Silence)> _seenSilent = [];
    private volatile IReadOnlyList<(int Partition, Claim Claim, TimeSpan Silence)> _silent = [];

    /// <summary>Why the latest write of a claim failed, as a sentence; null when it did not. All claims have one home, so one speaks for all.</summary>
    private volatile string? _unwritten;

    public IReadOnlyList<string> Warnings =>
        [.. _silent.GroupBy(found => found.Claim.Process).Select(Describe), .. ClaimsNotWritten(), .. _hooks.Warnings()];

    /// <summary>How many partitions belong to an owner that is silent, as far as this replica hears.</summary>
    public int SilentPartitions => _silent.Count;

    private static string Describe(IGrouping<string, (int Partition, Claim Claim, TimeSpan Silence)> group)
    {
        var claim = group.First().Claim;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"owner_silent: {claim.Owner} (process {claim.Process}) has said nothing for {group.Max(found => found.Silence).TotalSeconds:0} s. " +
            $"Until a replica has claimed its partitions {Numbers(group)} of the symbols, nobody collects them.");
    }

    /// <summary>Not of a replica that has nothing to claim any more: no later write would take it back.</summary>
    private IEnumerable<string> ClaimsNotWritten()
    {
        if (!_leaving && _unwritten is { } reason && _share.In(Standing.Pending, Standing.Owned, Standing.Leaving, Standing.Resuming).Any())
        {
            yield return $"claims_not_written: The claims of this replica cannot be written to the checkpoints' topic: {reason} "
                + "It gets no further share, to the others it looks silent, and after a crash the interruption in the ledger would be the longer, "
                + "until a write succeeds.";
        }
    }

    /// <summary>
    /// Looks who is silent, on the task that renews. Only who was silent at the look before as well counts: after a pause of this process, or of
    /// its reader, the claims of some are read a moment before those of others.
    /// </summary>
    private void NoteSilence()
    {
        var seen = Silent();
        _silent = [.. seen.Where(found => _seenSilent.Exists(
            before => (before.Partition, before.Claim.Process) == (found.Partition, found.Claim.Process)))];
        _seenSilent = seen;
        var silent = _silent.GroupBy(found => found.Claim.Process).ToDictionary(group => group.Key);
        foreach (var (process, owner) in _toldSilent.Where(told => !silent.ContainsKey(told.Key)).ToList())
        {
            _toldSilent.Remove(process);
            if (_claims.IsHeld(process))
                _logger.OwnerHeard(_collector, owner, process);
        }

        foreach (var (process, group) in silent)
        {
            if (_toldSilent.TryAdd(process, group.First().Claim.Owner))
                _logger.OwnerSilent(_collector, group.First().Claim.Owner, process, group.Max(found => found.Silence), Numbers(group));
        }
    }

    private List<(int Partition, Claim Claim, TimeSpan Silence)> Silent()
    {
        // While this replica itself is cut off, it hears of nobody.
        if (_leaving || !_known || !_isSynced || !_lease.IsValid)
            return [];
        var others = _share.In(Standing.Foreign, Standing.Unknown, Standing.Pending).ToHashSet();
        return [.. _claims.SilentFor(SilentAfter)
            .Where(found => others.Contains(found.Partition) && !found.Claim.IsReleased && found.Claim.Process != _process)];
    }

    private static string Numbers(IEnumerable<(int Partition, Claim Claim, TimeSpan Silence)> found) =>
        string.Join(", ", found.Select(one => one.Partition));
}
