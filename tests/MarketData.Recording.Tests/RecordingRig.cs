using System.Text;

using MarketData.Exchanges;

namespace MarketData.Recording.Tests;

/// <summary>A recording in a file of its own: record n has the time n and says so.</summary>
internal sealed class RecordingRig : IDisposable
{
    // Small enough that every record is a segment of its own.
    private static readonly RecordingWriterOptions s_oneEach = new() { SegmentBytes = 1 };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-recording-");

    public RecordingRig() => Path = System.IO.Path.Combine(_directory.FullName, "test.mdrec");

    public string Path { get; }

    public List<RecordingDamage> Damage { get; } = [];

    public static FrameRecord Record(int number) => new(1, 7, number, Encoding.UTF8.GetBytes($"record {number} {new string('x', number % 50)}"));

    /// <summary>Writes records 1 to <paramref name="count"/>, a segment each.</summary>
    /// <returns>Where each segment begins, and behind them the end of the file.</returns>
    public async Task<List<long>> WriteAsync(int count)
    {
        var starts = new List<long>();
        await using var writer = RecordingWriter.Create(Path, TimeProvider.System, s_oneEach);
        for (var number = 1; number <= count; number++)
        {
            starts.Add(writer.Status.FileBytes);
            Assert.True(writer.TryRecord(Record(number)));
            await Until.TrueAsync(() => writer.Status.Kept == number, () => $"record {number} is not on the disk", look: TimeSpan.FromMilliseconds(1));
        }

        return [.. starts, writer.Status.FileBytes];
    }

    /// <summary>What is read: the number of each record, or the sentence of a place where some are missing.</summary>
    public List<string> Read()
    {
        Damage.Clear();
        return [.. RecordingReader.Read(Path, Damage.Add).Select(record => record.Kind == FrameRecord.Missing
            ? Encoding.UTF8.GetString(record.Payload.Span)
            : Check(record))];
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string Check(FrameRecord record)
    {
        var expected = Record((int)record.ReceivedAtUnixNs);
        Assert.Equal((expected.Kind, expected.Connection), (record.Kind, record.Connection));
        Assert.Equal(expected.Payload.ToArray(), record.Payload.ToArray());
        return $"{record.ReceivedAtUnixNs}";
    }
}
