using System.Text;

namespace Deribit.Client.Recording;

/// <summary>
/// Which recorded frames a reader asked for. Comes in: wishes, acknowledgements, frames. Goes out: whether a frame is the reader's. A wish
/// is met by its instrument and kind at whatever interval was recorded; where two intervals of one were recorded, by the one that was
/// acknowledged last, else by the first that comes. Owns the wishes; the reader's thread only.
/// </summary>
internal sealed class PlaybackChannels
{
    private readonly Dictionary<string, DeribitChannel> _wanted = new(StringComparer.Ordinal);
    private readonly HashSet<(DeribitChannelKind, string)> _subjects = [];
    private readonly Dictionary<(DeribitChannelKind, string), string> _carriers = [];
    private readonly Dictionary<string, bool> _decided = new(StringComparer.Ordinal);
    private bool _areUnknown;

    /// <summary>The channels that are wanted.</summary>
    public IReadOnlyList<string> Wanted => [.. _wanted.Keys];

    /// <summary>How many of those that are wanted the exchange has accepted by now.</summary>
    public int Acknowledged => _areUnknown ? _wanted.Count : _carriers.Count;

    /// <summary>Adds wishes.</summary>
    public void Want(IEnumerable<string> channels)
    {
        foreach (var name in channels)
        {
            _wanted[name] = DeribitChannels.Parse(name);
        }

        Changed();
    }

    /// <summary>Takes wishes back; returns the channels that carried them.</summary>
    public IReadOnlyList<string> Unwant(IEnumerable<string> channels)
    {
        var carrying = new List<string>();
        foreach (var name in channels)
        {
            if (_wanted.Remove(name, out var channel) && _carriers.TryGetValue(SubjectOf(channel), out var carrier))
            {
                carrying.Add(carrier);
            }
        }

        Changed();
        return carrying;
    }

    /// <summary>Those of some channels whose instrument and kind are wanted, at whatever interval.</summary>
    public List<string> OfReader(IReadOnlyList<string> channels) => [.. channels.Where(name => _subjects.Contains(SubjectOf(DeribitChannels.Parse(name))))];

    /// <summary>The exchange accepted channels of the reader.</summary>
    public void Acknowledge(IReadOnlyList<string> channels)
    {
        foreach (var name in channels)
        {
            _carriers[SubjectOf(DeribitChannels.Parse(name))] = name;
        }

        _decided.Clear();
    }

    /// <summary>What the exchange accepted on this connection was not recorded: all that is wanted is taken to be.</summary>
    public void AcknowledgeAll() => _areUnknown = true;

    /// <summary>The connection ended.</summary>
    public void Forget()
    {
        _carriers.Clear();
        _decided.Clear();
        _areUnknown = false;
    }

    /// <summary>Whether a frame is of a channel that is wanted. One whose channel cannot be read is: its reader says what is wrong.</summary>
    public bool Carries(ReadOnlySpan<byte> frame)
    {
        var name = ChannelOf(frame);
        if (name.IsEmpty)
        {
            return true;
        }

        Span<char> text = stackalloc char[name.Length];
        if (!Encoding.UTF8.TryGetChars(name, text, out var length))
        {
            return true;
        }

        var known = _decided.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text[..length], out var carries))
        {
            return carries;
        }

        carries = Decide(new string(text[..length]));
        known[text[..length]] = carries;
        return carries;
    }

    // {"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.100ms","data":{..}}}
    private static ReadOnlySpan<byte> ChannelOf(ReadOnlySpan<byte> frame)
    {
        const int LongestName = 256;
        var key = "\"channel\""u8;
        var at = frame.IndexOf(key);
        if (at < 0)
        {
            return default;
        }

        var rest = frame[(at + key.Length)..].TrimStart(" \t\r\n:"u8);
        if (rest.IsEmpty || rest[0] != (byte)'"')
        {
            return default;
        }

        var end = rest[1..].IndexOf((byte)'"');
        return end is < 0 or > LongestName ? default : rest.Slice(1, end);
    }

    private static (DeribitChannelKind, string) SubjectOf(DeribitChannel channel) => (channel.Kind, channel.InstrumentName ?? channel.Name);

    private bool Decide(string name)
    {
        var channel = DeribitChannels.Parse(name);
        if (channel.Kind == DeribitChannelKind.TradesByKind)
        {
            // The trades of many instruments: their reader takes those of its own.
            return _subjects.Any(subject => subject.Item1 == DeribitChannelKind.Trades);
        }

        var subject = SubjectOf(channel);
        return _subjects.Contains(subject) && (_carriers.TryAdd(subject, name) || _carriers[subject] == name);
    }

    private void Changed()
    {
        _subjects.Clear();
        _subjects.UnionWith(_wanted.Values.Select(SubjectOf));
        foreach (var gone in _carriers.Keys.Where(subject => !_subjects.Contains(subject)).ToList())
        {
            _carriers.Remove(gone);
        }

        _decided.Clear();
    }
}
