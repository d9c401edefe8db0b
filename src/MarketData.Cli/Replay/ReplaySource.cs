using System.Globalization;

using MarketData.Deribit;
using MarketData.Exchanges;
using MarketData.Recording;

namespace MarketData.Cli.Replay;

/// <summary>
/// The files of a replay. Comes in: names. Goes out: one market for the collectors, and what is wrong with the files. Owns: the order of the
/// files. JSONL files are sessions side by side; recordings follow each other in time, and between two of them nothing is known.
/// </summary>
internal sealed class ReplaySource
{
    /// <summary>The exit code when a recording is damaged before its end: the results are right, and the ledger says what is missing.</summary>
    public const int Incomplete = 3;

    private readonly List<string> _findings = [];
    private readonly IReadOnlyList<string> _files;
    private bool _isDamaged;

    private ReplaySource(IReadOnlyList<string> files) => _files = files;

    /// <summary>The market.</summary>
    public required DeribitReplay Replay { get; init; }

    /// <summary>What was found out about the files, as sentences; empty when they are sound.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>The exit code of a replay that ended in order.</summary>
    public int ExitCode => _isDamaged ? Incomplete : ServiceDefaults.ExitCode.Ok;

    /// <summary>Reads the files once.</summary>
    /// <param name="files">The files; at least one.</param>
    /// <param name="speed">How many times faster than recorded; null = as fast as the sinks take it.</param>
    /// <param name="pace">The clock that the pace is kept by.</param>
    /// <exception cref="CommandLineError">The files cannot be replayed, or not together.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ReplaySource Open(IReadOnlyList<string> files, double? speed, TimeProvider pace)
    {
        var recordings = files.Where(RecordingReader.IsRecording).ToList();
        if (recordings.Count != 0 && recordings.Count != files.Count)
            throw new CommandLineError([$"{recordings[0]} is a recording and {files.First(file => !recordings.Contains(file))} is none: replay one sort at a time."]);
        try
        {
            return recordings.Count == 0 ? OpenFrames(files, speed, pace) : OpenRecordings(recordings, speed, pace);
        }
        catch (ArgumentException exception)
        {
            throw new CommandLineError([recordings.Count == 0 ? exception.Message : $"{string.Join(", ", files)}: {exception.Message}"]);
        }
    }

    /// <summary>What is replayed, for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(' ', _files)}: {Replay.Frames:#,0} frames of {Replay.Instruments.Count} instruments{(Replay.Host is { } host ? $" at {host}" : "")}, {Time(Replay.FirstUnixNs)} to {Time(Replay.LastUnixNs)}");

    private static ReplaySource OpenFrames(IReadOnlyList<string> files, double? speed, TimeProvider pace)
    {
        var frames = JsonlFrames.Load(files);
        var source = new ReplaySource(files) { Replay = new DeribitReplay(() => frames.Records, speed, pace) };
        source._findings.AddRange(frames.Damage);
        source._isDamaged = frames.Damage.Count > 0;
        if (frames.Skipped > 0)
            source._findings.Add($"{frames.Skipped} lines are no notification and were left out.");
        return source;
    }

    private static ReplaySource OpenRecordings(List<string> files, double? speed, TimeProvider pace)
    {
        var findings = new List<string>();
        var isDamaged = false;
        List<string> ordered = [.. files.OrderBy(file => RecordingReader.Read(file).Select(record => record.ReceivedAtUnixNs).FirstOrDefault(long.MaxValue))];

        // One that is still written to is replayed as far as it goes now, by every collector.
        var lengths = ordered.Distinct(StringComparer.Ordinal).ToDictionary(file => file, file => new FileInfo(file).Length, StringComparer.Ordinal);

        // Damage is told at the first reading; later ones find the same again.
        Action<RecordingDamage>? damaged = damage =>
        {
            findings.Add(damage.ToString());
            isDamaged |= !damage.IsTail;
        };
        var replay = new DeribitReplay(() => Records(ordered, lengths, damaged), speed, pace);
        damaged = null;
        var source = new ReplaySource(ordered) { Replay = replay };
        source._findings.AddRange(findings);
        if (!replay.EndsInOrder)
            source._findings.Add($"{ordered[^1]} ends without its recorder's end: the recorder was killed, still records, or the rest is missing.");
        source._isDamaged = isDamaged;
        return source;
    }

    private static IEnumerable<FrameRecord> Records(List<string> files, Dictionary<string, long> lengths, Action<RecordingDamage>? damaged)
    {
        (string File, long AtUnixNs)? end = null;
        foreach (var file in files)
        {
            var isFirst = true;
            var newest = long.MinValue;
            foreach (var record in RecordingReader.Read(file, damaged, lengths[file]))
            {
                if (isFirst && end is var (before, at))
                {
                    if (record.ReceivedAtUnixNs < at)
                        throw new CommandLineError([$"{file} begins before {before} ends: recordings that are replayed together must follow each other."]);
                    yield return RecordingReader.Missing(at, $"The recording {Path.GetFileName(before)} ends here.");
                }

                isFirst = false;
                newest = Math.Max(newest, record.ReceivedAtUnixNs);
                yield return record;
            }

            end = newest == long.MinValue ? end : (file, newest);
        }
    }

    private static string Time(long? unixNs) => unixNs is { } ns
        ? DateTimeOffset.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "nothing";
}
