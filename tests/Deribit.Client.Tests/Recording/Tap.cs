using System.Text;
using Deribit.Client.Tests.Session;

namespace Deribit.Client.Tests.Recording;

/// <summary>A tap that keeps what it takes, and refuses what it is told to.</summary>
internal sealed class Tap : IDeribitTap
{
    public Watched<(DeribitRecordKind Kind, long Generation, string Payload)> Records { get; } = new();

    public Predicate<DeribitRecord> Refuses { get; set; } = static _ => false;

    public bool TryTake(in DeribitRecord record)
    {
        if (Refuses(record))
        {
            return false;
        }

        Records.Add((record.Kind, record.Generation, Encoding.UTF8.GetString(record.Payload.Span)));
        return true;
    }
}
