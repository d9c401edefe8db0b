using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MarketData.Cli.Tests.Replicas;

/// <summary>
/// Who had which partition when, as the claims tell it to a reader of their topic: a higher term wins, of the same term who came first. A
/// tenure goes from the first record of its claim to the first record of the next one's, so two never overlap.
/// </summary>
internal sealed class ClaimHistory
{
    private readonly List<Tenure> _tenures = [];
    private readonly int _partitions;

    public ClaimHistory(IEnumerable<ReplicaRecord> checkpoints, string collector)
    {
        var prefix = $"claim/{collector}/";
        foreach (var group in checkpoints.Where(record => record.Key.StartsWith(prefix, StringComparison.Ordinal)).GroupBy(record => record.Key))
        {
            var partition = int.Parse(group.Key[prefix.Length..], CultureInfo.InvariantCulture);
            _partitions = Math.Max(_partitions, partition + 1);
            Tenure? current = null;
            foreach (var record in group.OrderBy(record => record.Offset))
            {
                var (term, process) = (record.Number("term"), record.Text("process")!);
                if (current is not null && (term < current.Term || (term == current.Term && process != current.Process)))
                    continue;
                if (current is null || term > current.Term)
                {
                    if (current is not null)
                        current.ToUnixMs = record.CreatedUnixMs;
                    _tenures.Add(current = new Tenure(partition, record.Text("owner")!, process, term, record.CreatedUnixMs));
                }

                // Nothing more is made under a claim that was released.
                if (record.Text("state") == "released")
                    current.ToUnixMs = record.CreatedUnixMs;
            }
        }
    }

    public IReadOnlyList<Tenure> Tenures => _tenures;

    public Tenure? TenureOf(string key, long unixMs) =>
        _tenures.Find(tenure => tenure.Partition == PartitionOf(key) && tenure.FromUnixMs <= unixMs && unixMs <= tenure.ToUnixMs);

    public string? OwnerOf(string key, long unixMs) => TenureOf(key, unixMs)?.Owner;

    public string Describe(string key) => string.Join(", ", _tenures.Where(tenure => tenure.Partition == PartitionOf(key)));

    // Kafka's own hash of keys, on its own here so that the test does not rest on ours.
    private int PartitionOf(string key)
    {
        var data = Encoding.UTF8.GetBytes(key);
        var hash = 0x9747b28cu ^ (uint)data.Length;
        var at = 0;
        for (; data.Length - at >= 4; at += 4)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at)) * 0x5bd1e995u;
            hash = (hash * 0x5bd1e995u) ^ ((word ^ (word >> 24)) * 0x5bd1e995u);
        }

        if (data.Length > at)
        {
            for (var i = data.Length - 1; i >= at; i--)
                hash ^= (uint)data[i] << (8 * (i - at));
            hash *= 0x5bd1e995u;
        }

        hash = (hash ^ (hash >> 13)) * 0x5bd1e995u;
        return (int)((hash ^ (hash >> 15)) & 0x7fffffff) % _partitions;
    }

    internal sealed record Tenure(int Partition, string Owner, string Process, long Term, long FromUnixMs)
    {
        public long ToUnixMs { get; set; } = long.MaxValue;
    }
}
