using FASTER.core;

namespace MarketData.Kafka;

/// <content>Reading back, the start and the end, and what follows a failure of the disk.</content>
internal sealed partial class SpillQueue
{
    /// <summary>Reads the whole log once, at the start: how much there is, and where each instrument's tape stood.</summary>
    /// <returns>What was found, and what was not.</returns>
    public SpillContent Examine()
    {
        var content = new SpillContent();
        if (_log is null)
            return content;
        for (var address = _log.Begin; address < _log.Committed;)
        {
            if (ReadAt(ref address) is not { } message)
                break;
            content.Add(message);
            Count(message, 1);
        }
        var numbers = _log.Numbers ?? new SpillNumbers(0, content.Events);
        content.Lost = numbers.Until - numbers.Before - content.Events;
        content.HasUnknownLoss = _log.Numbers is null && _damaged > 0;
        _number = _foundNumber = numbers.Until;
        // Where nothing can be read, there is nothing to wait for: the next commit gives it up.
        (ReadAddress, _readNumber) = content.Messages == 0 ? (_log.Committed, numbers.Until) : (_log.Begin, numbers.Before);
        SetBytes();
        return content;
    }

    /// <summary>Closes the log, which keeps what has no outcome, and gives the directory back.</summary>
    public void Dispose()
    {
        var isEmpty = _log is not null && _messages == 0 && _uncommitted.Count == 0 && _again.Count == 0 && _begin >= _log.Committed;
        _log?.Dispose();
        _log = null;
        _horizon.Dispose();
        try
        {
            if (isEmpty)
                _directory.Clear();
            _directory.Dispose();
        }
        catch (IOException exception)
        {
            _complain($"The spill directory '{Path}' could not be tidied up: {exception.Message}");
        }
    }

    private PendingMessage? Read()
    {
        var address = ReadAddress;
        var message = ReadAt(ref address);
        ReadAddress = address;
        // Written by a program that did not count: what can be read was counted at the start.
        if (message is { Number: 0 })
            message.Number = _readNumber + (message.Counts ? 1 : 0);
        return message;
    }

    /// <summary>The first readable message at or after an address, which moves behind it.</summary>
    private PendingMessage? ReadAt(ref long address)
    {
        while (_log is not null && address < _log.Committed)
        {
            try
            {
                if (!_log.TryRead(address, out var entry, out var start, out var next))
                {
                    // Nothing but the rest of a page was left.
                    address = Math.Max(address, _log.Committed);
                    return null;
                }
                address = next;
                var message = _record.Read(entry);
                message.Address = start;
                if (start < _earlier)
                {
                    // Of an earlier run, whose count was another.
                    message.Order = 0;
                    message.MayBeStored |= start < _sentBefore;
                }
                else
                {
                    message.MayBeStored = false;
                }
                return message;
            }
            catch (InvalidDataException exception)
            {
                _damaged++;
                _complain($"The entry before {address} of the spill log '{Path}' cannot be used and is passed over: {exception.Message}");
            }
            catch (FasterException exception)
            {
                _damaged++;
                var page = SpillLog.NextPage(address);
                _complain($"The spill log '{Path}' is damaged from {address} on; reading goes on at {page}: {exception.Message}");
                address = page;
            }
        }
        return null;
    }

    private PendingMessage? TakeUncommitted()
    {
        if (_taken >= _uncommitted.Count)
            return null;
        var entry = _uncommitted[_taken];
        _uncommitted[_taken++] = entry with { IsTaken = true };
        ReadAddress = entry.End;
        return entry.Message;
    }

    private PendingMessage? TakeAgain() => _again.TryDequeue(out var again) ? again.Message : null;

    private void PassHorizon(long stretch)
    {
        try
        {
            _horizon.Pass(ReadAddress, stretch);
        }
        catch (IOException exception)
        {
            _complain($"How far the spill log '{Path}' was sent cannot be written, so duplicates may lack their mark: {exception.Message}");
        }
    }

    /// <summary>What is durable needs no copy in memory any more.</summary>
    private void Forget(long committed)
    {
        var count = 0;
        while (count < _uncommitted.Count && _uncommitted[count].End <= committed)
            count++;
        _uncommitted.RemoveRange(0, count);
        _taken = Math.Max(0, _taken - count);
        if (_uncommitted.Count == 0)
            _uncommittedBytes = 0;
    }

    /// <summary>
    /// The disk refused. What was not durable is still in memory: it loses its address, and what nobody has taken yet waits to be appended
    /// again. The log is opened anew at its last commit, so that what it holds can be read.
    /// </summary>
    private void Break(IOException exception)
    {
        _complain($"The spill log '{Path}' cannot be written; the intake stops when the queue is full: {exception.Message}");
        foreach (var entry in _uncommitted)
        {
            entry.Message.Address = 0;
            if (!entry.IsTaken)
                _again.Enqueue((entry.Message, entry.End));
        }
        _uncommitted.Clear();
        (_taken, _uncommittedBytes) = (0, 0);
        _blocked = $"it cannot be written: {exception.Message}";
        _log?.Dispose();
        _log = null;
        TryReopen();
    }

    private bool TryReopen()
    {
        try
        {
            _log = SpillLog.Open(_directory.Path, _options.SegmentBytes, _timeProvider);
            ReadAddress = Math.Min(ReadAddress, _log.Committed);
            _number = _log.Numbers?.Until ?? _foundNumber;
            _readNumber = Math.Min(_readNumber, _number);
            // A truncation that was not made durable is asked for again.
            _begin = _log.Begin;
            // A commit that was reported as failed may have been made: what it kept is read from the log, and only from there.
            for (var count = _again.Count; count > 0; count--)
            {
                if (_again.Dequeue() is var again && again.End > _log.Committed)
                    _again.Enqueue((again.Message, long.MaxValue));
            }
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or FasterException)
        {
            _complain($"The spill log '{Path}' cannot be opened again: {exception.Message}");
            return false;
        }
    }
}
