using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>The log messages of the Kafka sink (70xx).</summary>
internal static partial class KafkaLog
{
    [LoggerMessage(7001, LogLevel.Information, "Kafka at {Servers} is ready; the topics {Topics} exist.")]
    public static partial void TopicsReady(this ILogger logger, string servers, string topics);

    [LoggerMessage(7002, LogLevel.Warning, "Kafka at {Servers} is not ready: {Reason} Events are kept; trying again in {Delay}.")]
    public static partial void TopicsNotReady(this ILogger logger, string servers, string reason, TimeSpan delay);

    [LoggerMessage(7003, LogLevel.Warning,
        "Kafka would not create the topics {Topics} as asked ({Reason}) but made them by its defaults; check partitions and compaction.")]
    public static partial void TopicsAutoCreated(this ILogger logger, string topics, string reason);

    [LoggerMessage(7004, LogLevel.Warning, "The Kafka producer broke and is rebuilt, attempt {Attempt}: {Reason} Unacknowledged: {Count}.")]
    public static partial void ProducerBroke(this ILogger logger, int attempt, string reason, int count);

    [LoggerMessage(7005, LogLevel.Information, "A new Kafka producer sends {Count} unacknowledged messages again, in order.")]
    public static partial void ProducerRebuilt(this ILogger logger, int count);

    [LoggerMessage(7006, LogLevel.Error, "The new Kafka producer could not be created.")]
    public static partial void RebuildFailed(this ILogger logger, Exception exception);

    [LoggerMessage(7007, LogLevel.Error,
        "Kafka can never take an event of {Key} on {Topic}: {Reason} Rejected so far: {Rejected}; like messages held back: {Suppressed}.")]
    public static partial void MessageRejected(
        this ILogger logger, string key, string topic, string reason, long rejected, long suppressed);

    [LoggerMessage(7008, LogLevel.Error,
        "A dead letter of {Key} could not be kept: {Reason} Lost so far: {Lost}; like messages held back: {Suppressed}.")]
    public static partial void DeadLetterLost(this ILogger logger, string key, string reason, long lost, long suppressed);

    [LoggerMessage(7009, LogLevel.Warning,
        "The Kafka producer's own queue is full; sending pauses until half of its {Sent} messages are through. Held back: {Suppressed}.")]
    public static partial void QueueFull(this ILogger logger, int sent, long suppressed);

    [LoggerMessage(7010, LogLevel.Error,
        "The Kafka lane stopped with {Leftover} events undelivered and not on disk; they are lost. In {In}, acknowledged {Acknowledged}.")]
    public static partial void LeftoverRejected(this ILogger logger, long leftover, long @in, long acknowledged);

    [LoggerMessage(7011, LogLevel.Critical, "The Kafka lane gave up; nothing more is delivered until the service is restarted.")]
    public static partial void LaneFailed(this ILogger logger, Exception exception);

    [LoggerMessage(7012, LogLevel.Error,
        "Publishing of {Key} to Kafka was given up while the lane was full; the event is lost.")]
    public static partial void PublishGivenUp(this ILogger logger, string key);

    [LoggerMessage(7013, LogLevel.Error, "A callback of the Kafka client failed; this is a defect of the program.")]
    public static partial void CallbackFailed(this ILogger logger, Exception exception);

    [LoggerMessage(7014, LogLevel.Debug, "The Kafka client reports {Error}; it recovers by itself.")]
    public static partial void ClientError(this ILogger logger, string error);

    [LoggerMessage(7015, LogLevel.Debug, "The Kafka producer could not be flushed: {Error}.")]
    public static partial void FlushFailed(this ILogger logger, string error);

    [LoggerMessage(EventId = 7016, Message = "librdkafka {Facility}: {Text} Like messages held back: {Suppressed}.")]
    public static partial void LibrarySays(this ILogger logger, LogLevel level, string facility, string text, long suppressed);

    [LoggerMessage(7017, LogLevel.Warning, "No Kafka broker answers: {Reason} Events are kept.")]
    public static partial void Unreachable(this ILogger logger, string reason);

    [LoggerMessage(7018, LogLevel.Information, "Kafka answers again.")]
    public static partial void ReachableAgain(this ILogger logger);

    [LoggerMessage(7019, LogLevel.Warning,
        "From now on events go to disk, to {Directory}. {Reason} Unacknowledged: {InFlight}, queued: {Queued}.")]
    public static partial void SpillBegins(this ILogger logger, string directory, string reason, int inFlight, int queued);

    [LoggerMessage(7020, LogLevel.Information, "Everything in the spill log {Directory} was read back and sent on; events need no disk.")]
    public static partial void SpillEnds(this ILogger logger, string directory);

    [LoggerMessage(7021, LogLevel.Warning, "The spill log {Directory} holds {Events} events of an earlier run; they are sent first.")]
    public static partial void SpillFound(this ILogger logger, string directory, long events);

    [LoggerMessage(7022, LogLevel.Warning,
        "{Events} events ({Bytes} bytes) stay on disk in {Directory}; the next start of this collector sends them.")]
    public static partial void SpillKept(this ILogger logger, long events, string bytes, string directory);

    [LoggerMessage(7023, LogLevel.Error, "The spill log {Directory} takes no more, because {Reason}. The intake stops when the queue is full.")]
    public static partial void SpillBlocked(this ILogger logger, string directory, string reason);

    [LoggerMessage(7024, LogLevel.Information, "The spill log {Directory} takes events again, or is not needed any more.")]
    public static partial void SpillTakesAgain(this ILogger logger, string directory);

    [LoggerMessage(7025, LogLevel.Error, "{Events} events in the spill log {Directory} could not be read back; they count as rejected.")]
    public static partial void SpillUnreadable(this ILogger logger, long events, string directory);

    [LoggerMessage(7029, LogLevel.Error, "A part of the spill log {Directory} could not be read back; how many events it held is not known.")]
    public static partial void SpillLossUnknown(this ILogger logger, string directory);

    [LoggerMessage(7026, LogLevel.Error, "{Complaint} Like messages held back: {Suppressed}.")]
    public static partial void SpillComplaint(this ILogger logger, string complaint, long suppressed);

    [LoggerMessage(7028, LogLevel.Warning,
        "The disk of the spill log {Directory} has {Free} bytes left, less than kafka.spill.quota_bytes and free_bytes together ({Wanted}): "
        + "a long outage of Kafka will stop the intake sooner.")]
    public static partial void SpillDiskIsSmall(this ILogger logger, string directory, long free, long wanted);

    [LoggerMessage(7027, LogLevel.Warning,
        "Events of {Key} are not sent, because another replica owns the instrument now. So far: {Fenced}; held back: {Suppressed}.")]
    public static partial void Fenced(this ILogger logger, string key, long fenced, long suppressed);

    [LoggerMessage(7040, LogLevel.Information, "Archiving {Topics} as a member of the group {Group} into {Store}.")]
    public static partial void ArchiveStarted(this ILogger logger, string topics, string group, string store);

    [LoggerMessage(7041, LogLevel.Information, "The archive reads {Partitions} partitions from now on; {New} are new.")]
    public static partial void ArchiveAssigned(this ILogger logger, int partitions, int @new);

    [LoggerMessage(7042, LogLevel.Information, "{Partitions} partitions go to other members; everything that was read of them is stored: {Complete}.")]
    public static partial void ArchiveRevoked(this ILogger logger, int partitions, bool complete);

    [LoggerMessage(7043, LogLevel.Error, "{Sentence} They are not in the history. Fetch them from another copy, and keep topics longer.")]
    public static partial void ArchiveLost(this ILogger logger, string sentence);

    [LoggerMessage(7044, LogLevel.Error,
        "The record {Offset} of {Topic}[{Partition}] is not in the history but a dead letter: {Reason} Like messages held back: {Suppressed}.")]
    public static partial void ArchiveDeadLetter(
        this ILogger logger, string topic, int partition, long offset, string reason, long suppressed);

    [LoggerMessage(7045, LogLevel.Warning, "A dead letter is kept because {Topic} does not take it: {Reason} Like messages held back: {Suppressed}.")]
    public static partial void ArchiveDeadLetterKept(this ILogger logger, string topic, string reason, long suppressed);

    [LoggerMessage(7046, LogLevel.Warning, "{Records} records that were read are not stored; they are not committed, and the next start reads them again.")]
    public static partial void ArchiveUndrained(this ILogger logger, long records);

    [LoggerMessage(7047, LogLevel.Warning, 
        "Offsets could not be committed: {Reason} It is tried again; records that are read again are seen once by a query. Held back: {Suppressed}.")]
    public static partial void ArchiveNotCommitted(this ILogger logger, string reason, long suppressed);

    [LoggerMessage(7048, LogLevel.Information, "The archive stopped: {Read} records read, {Stored} stored, {DeadLetters} dead letters.")]
    public static partial void ArchiveStopped(this ILogger logger, long read, long stored, long deadLetters);

    [LoggerMessage(7049, LogLevel.Critical, "The archive cannot go on: {Reason}")]
    public static partial void ArchiveFailed(this ILogger logger, string reason, Exception? exception);

    [LoggerMessage(7051, LogLevel.Warning, "The group could not be left: {Reason} It shares the partitions out when the session has timed out.")]
    public static partial void ArchiveNotLeft(this ILogger logger, string reason);

    [LoggerMessage(7050, LogLevel.Warning, "{Topic} cannot be read: {Reason} It is tried again. Like messages held back: {Suppressed}.")]
    public static partial void ArchiveNotRead(this ILogger logger, string topic, string reason, long suppressed);

    [LoggerMessage(7060, LogLevel.Information,
        "Replica {Collector}: partitions {Granted} of the symbols are this process's; it holds {Held} of {All}.")]
    public static partial void ShareGranted(this ILogger logger, string collector, string granted, int held, int all);

    [LoggerMessage(7061, LogLevel.Information,
        "Replica {Collector}: partitions {Revoked} of the symbols go to others; everything of them is published: {Complete}.")]
    public static partial void ShareRevoked(this ILogger logger, string collector, string revoked, bool complete);

    [LoggerMessage(7062, LogLevel.Warning,
        "Replica {Collector}: partitions {Lost} of the symbols were lost without notice; nothing of them is published any more.")]
    public static partial void ShareLost(this ILogger logger, string collector, string lost);

    [LoggerMessage(7063, LogLevel.Warning,
        "Replica {Collector} lost its membership; what it collects is held back until it is clear whose its partitions are.")]
    public static partial void MembershipLost(this ILogger logger, string collector);

    [LoggerMessage(7064, LogLevel.Information,
        "Replica {Collector} took over partition {Partition} of the symbols, which {Owner} (process {Process}) had released (term {Term}).")]
    public static partial void TakenOver(this ILogger logger, string collector, int partition, string owner, string process, long term);

    [LoggerMessage(7097, LogLevel.Warning,
        "Replica {Collector} took over partition {Partition} of the symbols from {Owner} (process {Process}), which had not released it: it ended " +
        "without a word, was cut off, or was late. Its last claim is {Silence} old by the two machines' clocks, and says that everything was " +
        "published until {PublishedUntil} (Unix ms). Term {Term}.")]
    public static partial void TakenOverFromSilent(
        this ILogger logger, string collector, int partition, string owner, string process, TimeSpan silence, long publishedUntil, long term);

    [LoggerMessage(7098, LogLevel.Warning,
        "Replica {Collector} hears nothing of {Owner} (process {Process}) any more, for {Silence}: until a replica has claimed its partitions " +
        "{Partitions} of the symbols, nobody collects them.")]
    public static partial void OwnerSilent(
        this ILogger logger, string collector, string owner, string process, TimeSpan silence, string partitions);

    [LoggerMessage(7099, LogLevel.Information, "Replica {Collector} hears of {Owner} (process {Process}) again; nothing changed hands.")]
    public static partial void OwnerHeard(this ILogger logger, string collector, string owner, string process);

    [LoggerMessage(7065, LogLevel.Error, "Replica {Collector}: the work after a change of the share failed; it is tried again.")]
    public static partial void ShareWorkFailed(this ILogger logger, string collector, Exception exception);

    [LoggerMessage(7066, LogLevel.Error, "The member of the consumer group ended; nothing is published until the service is restarted.")]
    public static partial void MemberFailed(this ILogger logger, Exception exception);

    [LoggerMessage(7067, LogLevel.Warning, "Partitions of the symbols could not be handed over within {Deadline}; the group goes on without.")]
    public static partial void RevocationLate(this ILogger logger, TimeSpan deadline);

    [LoggerMessage(7068, LogLevel.Debug, "The membership could not be proven: {Reason}")]
    public static partial void MembershipNotProven(this ILogger logger, string reason);

    [LoggerMessage(7069, LogLevel.Warning, "A claim or checkpoint could not be written: {Reason} Held back: {Suppressed}.")]
    public static partial void CheckpointNotWritten(this ILogger logger, string reason, long suppressed);

    [LoggerMessage(7076, LogLevel.Error, "The work on the trade checkpoints failed; it is tried again. Held back: {Suppressed}.")]
    public static partial void CheckpointWorkFailed(this ILogger logger, long suppressed, Exception exception);

    [LoggerMessage(7070, LogLevel.Warning, "The topic {Topic} could not be read: {Reason} It is tried again. Held back: {Suppressed}.")]
    public static partial void CheckpointsNotRead(this ILogger logger, string topic, string reason, long suppressed);

    [LoggerMessage(7071, LogLevel.Warning,
        "Replica {Collector} can publish again after {Gap}: the membership is proven.")]
    public static partial void LeaseRenewed(this ILogger logger, string collector, TimeSpan gap);

    [LoggerMessage(7072, LogLevel.Warning, "Replica {Collector} holds its messages back: its membership is not proven any more.")]
    public static partial void LeaseExpired(this ILogger logger, string collector);

    [LoggerMessage(7073, LogLevel.Information,
        "The brokers do not tell how large a batch may be ({Reason}); batches stay small. Allow this client to describe the topics' configuration for larger ones.")]
    public static partial void LargestBatchUnknown(this ILogger logger, string reason);

    [LoggerMessage(7074, LogLevel.Warning,
        "The membership is not proven any more: {Count} messages that the producer had are taken back, and sent when it is.")]
    public static partial void Recalled(this ILogger logger, int count);

    [LoggerMessage(7075, LogLevel.Warning,
        "The spill log {Directory} has no process. What it may hold is sent when one more collector of this kind starts on this machine.")]
    public static partial void SpillAbandoned(this ILogger logger, string directory);

    [LoggerMessage(7077, LogLevel.Warning,
        "The group could not be left in time: no coordinator of it answers. Others take over when it has noticed the silence.")]
    public static partial void GroupNotLeft(this ILogger logger);

    [LoggerMessage(7091, LogLevel.Information, "The topic {Topic} was read: {Entries} entries.")]
    public static partial void SymbolsRead(this ILogger logger, string topic, int entries);

    [LoggerMessage(7092, LogLevel.Information, "The topic {Topic} had no record and was seeded with the {Entries} entries of the configuration.")]
    public static partial void SymbolsSeeded(this ILogger logger, string topic, int entries);

    [LoggerMessage(7093, LogLevel.Warning, "{Topic}: {Sentence} Like messages held back: {Suppressed}.")]
    public static partial void SymbolIgnored(this ILogger logger, string topic, string sentence, long suppressed);

    [LoggerMessage(7094, LogLevel.Warning, "The topic {Topic} cannot be followed: {Reason} Trying again; held back: {Suppressed}.")]
    public static partial void SymbolsUnread(this ILogger logger, string topic, string reason, long suppressed);

    [LoggerMessage(7095, LogLevel.Warning,
        "The topic {Topic} has no record any more, although it had: it was made anew. What it said before still holds here.")]
    public static partial void SymbolsVanished(this ILogger logger, string topic);
}
