using System.Buffers;
using MarketData.Redis.Connection;
using MarketData.Redis.Slots;

namespace MarketData.Redis.Sending;

/// <summary>
/// A number of commands that go out together and are awaited together. Owned by the sender. Values are encoded when they are added, so
/// what was conflated before is never encoded.
/// </summary>
internal sealed class SendBatch(TimeProvider time)
{
    /// <summary>Most commands in one batch: enough to hide the round trip, few enough that a deletion does not wait long.</summary>
    public const int Capacity = 512;

    private readonly List<Entry> _entries = new(Capacity);
    private ArrayBufferWriter<byte> _values = new(64 * 1024);

    /// <summary>Whether another command may be added.</summary>
    public bool HasRoom => _entries.Count < Capacity;

    /// <summary>Whether there is nothing to send.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Why a PUBLISH of the last batch was refused although its SET was acknowledged; null when none was.</summary>
    public Exception? PublishRefusal { get; private set; }

    /// <summary>Adds what the slot wants, if anything.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Add(LaneSlot slot) => Add(slot.Begin(_values));

    /// <summary>Adds a refresh.</summary>
    public void AddRefresh(BookSlot slot, TimeSpan ttl) => Add(SlotCommand.Refresh(slot, ttl));

    /// <summary>Sends everything, waits for every answer and tells the slots.</summary>
    /// <returns>The first fault; null when Redis acknowledged everything.</returns>
    public async Task<Exception?> SendAsync(IRedisLink link, CancellationToken cancellationToken)
    {
        var sentAt = time.GetTimestamp();
        for (var i = 0; i < _entries.Count; i++)
            _entries[i] = Issue(link, _entries[i]);

        // The outcome of every command is looked at below; here only their end matters.
        await Task.WhenAll(_entries.Select(static entry => entry.Main).Concat(_entries.Select(static entry => entry.Publish)))
            .WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Exception? fault = null;
        PublishRefusal = null;
        foreach (var entry in _entries)
        {
            fault ??= Fault(entry.Main);
            if (entry.Main.IsCompletedSuccessfully)
                PublishRefusal ??= Fault(entry.Publish);
            Tell(entry, sentAt);
        }

        // After a fault the library may still read the bytes: leave them to it.
        if (fault is null && PublishRefusal is null)
            _values.ResetWrittenCount();
        else
            _values = new ArrayBufferWriter<byte>(64 * 1024);
        return fault;
    }

    /// <summary>Forgets the entries of the batch; the slots of it are handed to <paramref name="each"/>.</summary>
    public void Clear(Action<LaneSlot> each)
    {
        foreach (var entry in _entries)
            each(entry.Command.Slot!);
        _entries.Clear();
    }

    private bool Add(in SlotCommand command)
    {
        if (command.Kind == SlotCommandKind.Nothing)
            return false;
        _entries.Add(new Entry(command, Task.CompletedTask, Task.CompletedTask));
        return true;
    }

    private Entry Issue(IRedisLink link, in Entry entry)
    {
        var command = entry.Command;
        var slot = command.Slot!;
        try
        {
            switch (command.Kind)
            {
                case SlotCommandKind.Write:
                    var value = _values.WrittenMemory.Slice(command.Start, command.Length);
                    var set = link.SetAsync(slot.Key, value, command.Ttl);
                    return new Entry(command, set, link.PublishAsync(slot.Channel, value));
                case SlotCommandKind.Refresh:
                    return new Entry(command, link.RefreshAsync(slot.Key, command.Ttl), Task.CompletedTask);
                default:
                    return new Entry(command, link.DeleteAsync(slot.Key), Task.CompletedTask);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A disposed or broken connection may throw at once; for the slot it is the same as a failed answer.
            return new Entry(command, Task.FromException(exception), Task.CompletedTask);
        }
    }

    private static void Tell(in Entry entry, long sentAt)
    {
        var slot = entry.Command.Slot!;
        var acknowledged = entry.Main.IsCompletedSuccessfully;
        switch (entry.Command.Kind)
        {
            case SlotCommandKind.Write:
                slot.EndWrite(acknowledged, sentAt);
                break;
            case SlotCommandKind.Delete:
                slot.EndDelete(acknowledged);
                break;
            case SlotCommandKind.Refresh when entry.Main is Task<bool> { IsCompletedSuccessfully: true, Result: var exists }:
                ((BookSlot)slot).EndRefresh(exists, sentAt);
                break;
            default:
                break;
        }
    }

    private static Exception? Fault(Task task) => task switch
    {
        { IsCompletedSuccessfully: true } => null,
        { Exception: { } exception } => exception.GetBaseException(),
        { IsCanceled: true } => new TaskCanceledException(task),
        _ => new TimeoutException("The command was given up before its answer."),
    };

    private readonly record struct Entry(SlotCommand Command, Task Main, Task Publish);
}
