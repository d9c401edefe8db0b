using System.Globalization;
using System.Text;
using Confluent.Kafka;
using MarketData.Events;

namespace MarketData.Kafka.Archive;

/// <summary>One record of an event topic: where it is, what it says, or why it says nothing.</summary>
internal sealed class ArchiveRecord
{
    /// <summary>Its partition.</summary>
    public required TopicPartition Partition { get; init; }

    public required long Offset { get; init; }

    public required byte[] Key { get; init; }

    public required byte[] Value { get; init; }

    /// <summary>The connection generation, from the header.</summary>
    public long Epoch { get; init; }

    /// <summary>The event; null when it could not be read.</summary>
    public MarketDataEvent? Event { get; init; }

    /// <summary>Why there is no event, a reason code and a sentence; empty when there is one.</summary>
    public string Fault { get; init; } = "";

    /// <summary>Reads a record.</summary>
    public static ArchiveRecord Of(ConsumeResult<byte[]?, byte[]?> result)
    {
        var value = result.Message.Value ?? [];
        var hasEpoch = TryReadEpoch(result.Message.Headers, out var epoch);
        var answer = EventReader.Read(value, epoch, out var marketEvent, out var fault);
        return new ArchiveRecord
        {
            Partition = result.TopicPartition,
            Offset = result.Offset.Value,
            Key = result.Message.Key ?? [],
            Value = value,
            Epoch = epoch,
            Event = hasEpoch ? marketEvent : null,
            Fault = answer switch
            {
                EventRead.Unknown => $"unknown_event: {fault}",
                EventRead.Malformed => $"unreadable_event: {fault}",
                _ => hasEpoch ? "" : "unreadable_event: The header 'epoch' is missing or no whole number, and rows are known by it.",
            },
        };
    }

    private static bool TryReadEpoch(Headers? headers, out long epoch)
    {
        epoch = 0;
        return headers is not null && headers.TryGetLastBytes("epoch", out var bytes)
            && long.TryParse(Encoding.UTF8.GetString(bytes), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out epoch);
    }
}
