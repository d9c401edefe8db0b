using System.Globalization;
using System.Text.Json;

using Deribit.Client;
using MarketData.Deribit.Replay;
using MarketData.Exchanges;

namespace MarketData.Deribit;

/// <summary>
/// Frames that other tools have kept: JSONL files, one WebSocket message per line, each with an optional line-aligned <c>.times.txt</c> beside
/// it (receive times in Unix seconds; without it the exchange's own time of each message counts). Comes in: files. Goes out: the records of
/// one recording, as if one connection had carried all of them. Held in memory; immutable.
/// </summary>
public sealed class JsonlFrames
{
    private const long NanosecondsPerMs = 1_000_000;

    // For frames that say no time at all.
    private const long NoTimeUnixNs = 946_684_800_000 * NanosecondsPerMs;

    private JsonlFrames(IReadOnlyList<FrameRecord> records, int skipped, IReadOnlyList<string> damage) =>
        (Records, Skipped, Damage) = (records, skipped, damage);

    /// <summary>The records.</summary>
    public IReadOnlyList<FrameRecord> Records { get; }

    /// <summary>Lines that are no notification (replies, heartbeats, notes) and were left out.</summary>
    public int Skipped { get; }

    /// <summary>
    /// A sentence for each file that is damaged or cut off: it is read up to there, because what follows a lost frame is another market than
    /// the recorded one.
    /// </summary>
    public IReadOnlyList<string> Damage { get; }

    /// <summary>Reads files. Several are sessions side by side: the earliest frame first, the order within a file kept.</summary>
    /// <param name="files">The files.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    /// <exception cref="ArgumentException">The files hold no notification at all.</exception>
    public static JsonlFrames Load(IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var (skipped, damage, contents) = (0, new List<string>(), new RecordedContents());
        var frames = new List<(long AtUnixNs, ReadOnlyMemory<byte> Line)>();
        foreach (var file in files)
            frames.AddRange(LoadFile(file, contents, damage, ref skipped));
        if (frames.Count == 0)
        {
            throw new ArgumentException(
                $"No notification was found in {string.Join(", ", files)}. A file of frames has one WebSocket message per line, with "
                + $"\"method\":\"subscription\". {string.Join(' ', damage)}".TrimEnd());
        }

        // OrderBy is stable: frames of one time stay in the order of the files.
        var ordered = frames.OrderBy(frame => frame.AtUnixNs).Select(frame =>
            new FrameRecord((byte)DeribitRecordKind.Frame, 1, frame.AtUnixNs, frame.Line)).ToList();
        return new JsonlFrames([.. contents.Opening(ordered[0].ReceivedAtUnixNs), .. ordered], skipped, damage);
    }

    private static List<(long AtUnixNs, ReadOnlyMemory<byte> Line)> LoadFile(
        string file, RecordedContents contents, List<string> damage, ref int skipped)
    {
        var times = TimesOf(file);
        var bytes = File.ReadAllBytes(file).AsMemory();
        var frames = new List<(long AtUnixNs, ReadOnlyMemory<byte> Line)>();
        long? newest = null;
        for (var (number, start) = (0, 0); start < bytes.Length; number++)
        {
            var length = bytes.Span[start..].IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = length < 0 ? bytes[start..] : bytes.Slice(start, length);
            start += line.Length + 1;
            line = line[..line.Span.TrimEnd((byte)'\r').Length];
            if (line.Span.TrimStart(" \t"u8).IsEmpty)
                continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (!contents.TryNote(document.RootElement, out var exchangeTimeUnixMs))
                {
                    skipped++;
                    continue;
                }

                // Time never runs backwards within a file, whatever the stamps say.
                var at = (number < times.Length ? times[number] : null) ?? exchangeTimeUnixMs * NanosecondsPerMs;
                newest = at is null ? newest : Math.Max(newest ?? long.MinValue, at.Value);
                frames.Add((newest ?? NoTimeUnixNs, line));
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
                skipped++;
            }
        }

        return frames;
    }

    private static long?[] TimesOf(string file)
    {
        var stem = file.EndsWith(".ws.jsonl", StringComparison.Ordinal) ? file[..^".ws.jsonl".Length] : Path.ChangeExtension(file, null);
        var times = stem + ".times.txt";
        return File.Exists(times)
            ? [.. File.ReadLines(times).Select(line =>
                decimal.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < long.MaxValue / 1_000_000_000
                    ? (long)(seconds * 1_000_000_000) : (long?)null)]
            : [];
    }
}
