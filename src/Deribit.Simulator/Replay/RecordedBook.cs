using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Replay;

/// <summary>
/// The book of one instrument as far as the recording has been served: replaced by a snapshot, moved by changes whose link fits,
/// unknown after one that does not. Touched only while the hub's gate is held.
/// </summary>
internal sealed class RecordedBook(string instrument)
{
    private readonly SortedDictionary<decimal, RecordedLevel> _bids = new(Comparer<decimal>.Create(static (x, y) => y.CompareTo(x)));
    private readonly SortedDictionary<decimal, RecordedLevel> _asks = [];

    /// <summary>False before the first snapshot and after a break of the chain.</summary>
    public bool IsKnown { get; private set; }

    public long ChangeId { get; private set; }

    public long TimestampUnixMs { get; private set; }

    public IEnumerable<RecordedLevel> Bids => _bids.Values;

    public IEnumerable<RecordedLevel> Asks => _asks.Values;

    public void Apply(RecordedBookEvent change)
    {
        if (change.IsSnapshot)
        {
            _bids.Clear();
            _asks.Clear();
            IsKnown = true;
        }
        else if (!IsKnown || change.ChangeId <= ChangeId)
        {
            return;
        }
        else if (change.PreviousChangeId != ChangeId)
        {
            IsKnown = false;
            return;
        }

        ChangeId = change.ChangeId;
        TimestampUnixMs = change.TimestampUnixMs;
        Set(_bids, change.Bids);
        Set(_asks, change.Asks);
    }

    public SimulatedBook ToBook() => new(
        instrument, ChangeId, TimestampUnixMs,
        [.. Bids.Select(level => new SimulatedLevel(level.Price, level.Amount))],
        [.. Asks.Select(level => new SimulatedLevel(level.Price, level.Amount))]);

    public void WriteSnapshot(ByteWriter json)
    {
        json.Raw("{\"type\":\"snapshot\","u8);
        WriteHead(json);
        json.Raw(",\"bids\":["u8);
        WriteLevels(json, Bids, "\"new\",", int.MaxValue);
        json.Raw("],\"asks\":["u8);
        WriteLevels(json, Asks, "\"new\",", int.MaxValue);
        json.Raw("]}"u8);
    }

    /// <summary>The fields that a snapshot and the answer to a call share.</summary>
    public void WriteHead(ByteWriter json)
    {
        json.Raw("\"timestamp\":"u8);
        json.Integer(TimestampUnixMs);
        json.Raw(",\"instrument_name\":"u8);
        json.Quoted(instrument);
        json.Raw(",\"change_id\":"u8);
        json.Integer(ChangeId);
    }

    public static void WriteLevels(ByteWriter json, IEnumerable<RecordedLevel> levels, string action, int depth)
    {
        var any = false;
        foreach (var level in levels.Take(depth))
        {
            json.Text(any ? ",[" : "[");
            json.Text(action);
            json.Text(level.PriceText);
            json.Byte((byte)',');
            json.Text(level.AmountText);
            json.Byte((byte)']');
            any = true;
        }
    }

    private static void Set(SortedDictionary<decimal, RecordedLevel> side, IReadOnlyList<RecordedLevel> levels)
    {
        foreach (var level in levels)
        {
            if (level.Amount == 0)
            {
                side.Remove(level.Price);
            }
            else
            {
                side[level.Price] = level;
            }
        }
    }
}
