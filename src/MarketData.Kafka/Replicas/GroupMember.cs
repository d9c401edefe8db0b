using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Replicas;

/// <summary>
/// One member of the replicas' consumer group. Comes in: the group's protocol. Goes out: <see cref="GroupEvent"/>s in order, on the thread
/// that polls; proofs of the membership to whoever asks. Owns: the consumer and its thread. While no broker answers, it goes on trying.
/// </summary>
internal sealed class GroupMember : IDisposable
{
    private const int NoOffset = 0;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly string _topic;
    private readonly Action<GroupEvent> _tell;
    private readonly TimeSpan _revocation;
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly ILogger _logger;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _proof = new();
    private readonly ConsumerEnd _end = new(ConsumerEnd.Patience);
    private Task _run = Task.CompletedTask;
    private volatile int _partitions;
    private volatile string? _trouble = "No broker has answered yet.";
    private int _session;
    private volatile bool _isRevoking;
    private bool _isClosed;

    /// <summary>Creates the member; it joins when it is started.</summary>
    /// <param name="config">The consumer's properties.</param>
    /// <param name="topic">The topic whose partitions are shared out.</param>
    /// <param name="tell">Gets the events; a revocation waits until its event is done.</param>
    /// <param name="revocation">The longest that a revocation may wait.</param>
    /// <param name="log">Gets the library's log.</param>
    /// <param name="logger">Gets ours.</param>
    public GroupMember(
        ConsumerConfig config, string topic, Action<GroupEvent> tell, TimeSpan revocation, LogRouter log, ILogger logger)
    {
        (_topic, _tell, _revocation, _logger) = (topic, tell, revocation, logger);
        _consumer = new ConsumerBuilder<Ignore, Ignore>(config)
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, error) => OnError(error))
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, offsets) => OnRevoked(offsets))
            .SetPartitionsLostHandler((_, offsets) => OnLost(offsets))
            .Build();
    }

    /// <summary>
    /// Which stay in the group this is: rises with every loss; odd while the member is in the group. Any thread.
    /// </summary>
    public int Session => Volatile.Read(ref _session);

    /// <summary>Whether the member is in the group, as far as it was told. Any thread.</summary>
    public bool IsJoined => (Session & 1) == 1;

    /// <summary>Why the group cannot be asked, as a sentence; null when it can. Any thread.</summary>
    public string? Trouble => _trouble;

    /// <summary>Starts to join.</summary>
    public void Start() => _run = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>
    /// Asks the group's coordinator whether this is a member of its present generation: it takes an offset only from one. Blocks until it
    /// answers, and without a coordinator for as long as there is none.
    /// </summary>
    /// <returns>Whether it is, in the same stay in the group as when the question was asked.</returns>
    public bool Prove()
    {
        // Never beside the consumer's end: the library answers no question that is put to a consumer that closes.
        lock (_proof)
            return !_isClosed && ProveOpen();
    }

    private bool ProveOpen()
    {
        var session = Session;
        if ((session & 1) == 0 || string.IsNullOrEmpty(_consumer.MemberId))
            return false;
        try
        {
            _consumer.Commit([new TopicPartitionOffset(_topic, 0, NoOffset)]);
            _trouble = null;
        }
        catch (KafkaException exception) when (exception.Error.Code == ErrorCode.RebalanceInProgress)
        {
            // Said only to a member of the present generation, between the members' joining and their new shares.
            _trouble = null;
        }
        catch (KafkaException exception)
        {
            _trouble = $"{DeliveryErrors.Describe(exception.Error)}.";
            _logger.MembershipNotProven(_trouble);
            return false;
        }
        return Session == session;
    }

    /// <summary>
    /// Leaves the group, so that others take over at once; a group that does not hear of it in time notices by the silence. The revocation that
    /// this brings must be answered.
    /// </summary>
    public async Task LeaveAsync()
    {
        _stop.Set();
        await _run;
    }

    /// <summary>Ends the consumer; call <see cref="LeaveAsync"/> before.</summary>
    public void Dispose()
    {
        // One that is still asked is left to the end of the process, as one that does not end.
        if (_end.IsOver && _proof.TryEnter())
        {
            _isClosed = true;
            _proof.Exit();
            _consumer.Dispose();
        }
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            if (!WaitForTopic())
                return;
            _consumer.Subscribe(_topic);
            while (!_stop.IsSet)
                PollOnce();
            Close();
        }
        catch (Exception exception)
        {
            _trouble = $"The group's member ended: {exception.Message}";
            _logger.MemberFailed(exception);
            LeaveSession();
            _tell(new GroupEvent(GroupEventKind.Lost, [.. Enumerable.Range(0, _partitions)], _partitions));
        }
    }

    private void Close()
    {
        // A revocation that is being answered may take its time.
        if (!_end.Close(CloseConsumer, () => _isRevoking ? _revocation : TimeSpan.Zero))
            _logger.GroupNotLeft();
    }

    private void CloseConsumer()
    {
        lock (_proof)
            _isClosed = true;
        _consumer.Close();
    }

    private void PollOnce()
    {
        try
        {
            _consumer.Consume(Poll);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            // A topic that is away for a moment, a connection, a right that is missing: the library goes on trying.
            _trouble = $"{DeliveryErrors.Describe(exception.Error)}.";
            _logger.ClientError(_trouble);
        }
    }

    /// <summary>The share-out rests on the number of partitions, so it must be known first.</summary>
    private bool WaitForTopic()
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        do
        {
            try
            {
                var found = admin.GetMetadata(_topic, Question).Topics.Find(topic => topic.Topic == _topic);
                _partitions = found is null || found.Error.IsError ? 0 : found.Partitions.Count;
                _trouble = _partitions > 0 ? null : $"The topic {_topic} does not exist yet.";
            }
            catch (KafkaException exception)
            {
                _trouble = $"{DeliveryErrors.Describe(exception.Error)}.";
            }
        }
        while (_partitions == 0 && !_stop.Wait(Retry));
        return _partitions > 0;
    }

    private void OnAssigned(List<TopicPartition> partitions)
    {
        if (!IsJoined)
            Interlocked.Increment(ref _session);
        _trouble = null;
        _tell(new GroupEvent(GroupEventKind.Assigned, Numbers(partitions), _partitions));
    }

    private void OnRevoked(List<TopicPartitionOffset> offsets)
    {
        // Not disposed: whoever answers may be later than the deadline.
        var done = new ManualResetEventSlim();
        _isRevoking = true;
        _tell(new GroupEvent(GroupEventKind.Revoked, Numbers(offsets.Select(offset => offset.TopicPartition)), _partitions, done));
        if (!done.Wait(_revocation))
            _logger.RevocationLate(_revocation);
        _isRevoking = false;
    }

    private void OnLost(List<TopicPartitionOffset> offsets)
    {
        LeaveSession();
        _tell(new GroupEvent(GroupEventKind.Lost, Numbers(offsets.Select(offset => offset.TopicPartition)), _partitions));
    }

    private void LeaveSession()
    {
        if (IsJoined)
            Interlocked.Increment(ref _session);
    }

    private void OnError(Error error)
    {
        if (error.Code == ErrorCode.Local_AllBrokersDown)
            _trouble = $"{DeliveryErrors.Describe(error)}.";
        else
            _logger.ClientError(DeliveryErrors.Describe(error));
    }

    private static int[] Numbers(IEnumerable<TopicPartition> partitions) => [.. partitions.Select(partition => partition.Partition.Value)];
}
