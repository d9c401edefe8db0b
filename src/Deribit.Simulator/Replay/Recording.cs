using System.Globalization;
using System.Text.Json;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Instruments;

namespace Deribit.Simulator.Replay;

/// <summary>
/// In: JSONL files, one WebSocket message per line, each with an optional line-aligned <c>.times.txt</c> beside it (receive times in
/// Unix seconds). Out: the notifications of all files on one time line, and the instruments in them. Held in memory; immutable.
/// </summary>
internal sealed class Recording
{
    private Recording(
        IReadOnlyList<RecordedFrame> frames, IReadOnlyList<InstrumentSpec> instruments, int skipped, IReadOnlyList<string> damage)
    {
        Frames = frames;
        Instruments = instruments;
        Skipped = skipped;
        Damage = damage;
    }

    public IReadOnlyList<RecordedFrame> Frames { get; }

    public IReadOnlyList<InstrumentSpec> Instruments { get; }

    /// <summary>Lines that are no notification.</summary>
    public int Skipped { get; }

    /// <summary>
    /// One sentence for each file that is damaged or cut off: its reading ended with the last good line before the damage, because what
    /// follows a lost frame is another market than the recorded one.
    /// </summary>
    public IReadOnlyList<string> Damage { get; }

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="ArgumentException">The files hold no notification at all.</exception>
    public static Recording Load(IReadOnlyList<string> files, TimeSpan maxSilence)
    {
        var skipped = 0;
        var damage = new List<string>();
        var sessions = files.Select(file => LoadFile(file, damage, ref skipped)).ToList();
        var frames = OnOneTimeLine(Merge(sessions), maxSilence);
        if (frames.Count == 0)
        {
            throw new ArgumentException(
                $"No notification was found in {string.Join(", ", files)}. "
                + "A recording has one WebSocket message per line, with \"method\":\"subscription\". "
                + string.Join(' ', damage));
        }

        return new Recording(frames, InstrumentsOf(frames), skipped, damage);
    }

    private static List<RecordedFrame> LoadFile(string file, List<string> damage, ref int skipped)
    {
        var times = TimesOf(file);
        var bytes = File.ReadAllBytes(file).AsMemory();
        var frames = new List<RecordedFrame>();
        var lastMs = double.NegativeInfinity;
        for (var (number, start) = (0, 0); start < bytes.Length; number++)
        {
            var length = bytes.Span[start..].IndexOf((byte)'\n');
            var line = length < 0 ? bytes[start..] : bytes.Slice(start, length);
            start += line.Length + 1;
            line = line.Span.TrimEnd((byte)'\r').Length == line.Length ? line : line[..^1];
            if (line.Span.TrimStart(" \t"u8).IsEmpty)
            {
                continue;
            }

            RecordedFrame? frame;
            try
            {
                frame = FrameParser.Parse(line, number < times.Length ? times[number] : null, lastMs);
            }
            catch (JsonException) when (line.Span.TrimStart(" \t"u8)[0] == (byte)'{')
            {
                // A record that was one and is no more. Lines that never were JSON are somebody's notes.
                damage.Add($"{file}, line {number + 1}: the record is damaged or cut off after {line.Length} bytes; "
                    + $"reading ended with line {number}, {bytes.Length - Math.Min(start, bytes.Length)} bytes behind it were left out.");
                break;
            }
            catch (JsonException)
            {
                frame = null;
            }

            if (frame is null)
            {
                skipped++;
                continue;
            }

            // Time never runs backwards within a file, whatever the stamps say.
            lastMs = Math.Max(lastMs, frame.TimeMs);
            frames.Add(frame with { TimeMs = lastMs });
        }

        return frames;
    }

    private static double?[] TimesOf(string file)
    {
        var stem = file.EndsWith(".ws.jsonl", StringComparison.Ordinal) ? file[..^".ws.jsonl".Length] : Path.ChangeExtension(file, null);
        var times = stem + ".times.txt";
        return File.Exists(times)
            ? [.. File.ReadLines(times).Select(line =>
                double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds * 1000 : (double?)null)]
            : [];
    }

    // Several files are sessions side by side: the earliest frame first, the order within a file kept.
    private static List<RecordedFrame> Merge(List<List<RecordedFrame>> sessions)
    {
        var queue = new PriorityQueue<(int Session, int Index), (double, int)>();
        for (var i = 0; i < sessions.Count; i++)
        {
            if (sessions[i].Count > 0)
            {
                queue.Enqueue((i, 0), (sessions[i][0].TimeMs, i));
            }
        }

        var merged = new List<RecordedFrame>();
        while (queue.TryDequeue(out var next, out _))
        {
            merged.Add(sessions[next.Session][next.Index]);
            if (next.Index + 1 < sessions[next.Session].Count)
            {
                queue.Enqueue((next.Session, next.Index + 1), (sessions[next.Session][next.Index + 1].TimeMs, next.Session));
            }
        }

        return merged;
    }

    private static List<RecordedFrame> OnOneTimeLine(List<RecordedFrame> frames, TimeSpan maxSilence)
    {
        var placed = new List<RecordedFrame>(frames.Count);
        var (at, last) = (0.0, double.NaN);
        foreach (var frame in frames)
        {
            if (!double.IsNegativeInfinity(frame.TimeMs))
            {
                at += double.IsNaN(last) ? 0 : Math.Min(frame.TimeMs - last, maxSilence.TotalMilliseconds);
                last = frame.TimeMs;
            }

            placed.Add(frame with { TimeMs = at });
        }

        return placed;
    }

    private static List<InstrumentSpec> InstrumentsOf(List<RecordedFrame> frames)
    {
        var known = new Dictionary<string, InstrumentSpec?>();
        var order = new List<string>();
        void Meet(string name, int priceScale, int amountScale)
        {
            if (!known.TryGetValue(name, out var spec))
            {
                spec = InstrumentNames.Parse(name);
                spec = spec is null ? null : spec with { InstrumentId = 100_000 + order.Count, PriceScale = 0 };
                order.Add(name);
            }

            known[name] = spec is null ? null : spec with
            {
                PriceScale = Math.Max(spec.PriceScale, priceScale),
                AmountScale = Math.Max(spec.AmountScale, amountScale),
            };
        }

        foreach (var frame in frames)
        {
            if (frame.Channel.Family is ChannelFamily.Book or ChannelFamily.GroupedBook or ChannelFamily.Ticker or ChannelFamily.Trades)
            {
                Meet(frame.Channel.Instrument, frame.PriceScale, frame.AmountScale);
            }

            foreach (var trade in frame.Trades)
            {
                Meet(trade.Instrument, trade.PriceScale, trade.AmountScale);
            }
        }

        return [.. order.Select(name => known[name]).OfType<InstrumentSpec>()];
    }
}
