using MarketData.Cli.Record;
using MarketData.Exchanges;
using MarketData.Recording;

namespace MarketData.Cli.Tests.Record;

/// <summary>What a recorder makes of its end: only what never was may be called nothing.</summary>
public sealed class RecordSummaryTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-test-");

    private string FileName => Path.Combine(_directory.FullName, "market.mdrec");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Disk_that_took_nothing_before_everything_was_acknowledged_is_a_loss_and_not_nothing()
    {
        var disk = new FullDisk(FileName);
        var writer = new RecordingWriter(
            disk, TimeProvider.System, new RecordingWriterOptions { RetryAfter = TimeSpan.FromMilliseconds(1), LastTries = TimeSpan.Zero });
        Assert.True(writer.TryRecord(new FrameRecord(1, 1, 1, "frame"u8.ToArray())));
        await writer.DisposeAsync();

        Assert.False(RecordProgram.Summarise(FileName, writer.Status, isBegun: false));
        Assert.True(File.Exists(FileName), "what is named in the summary is gone");
    }

    [Fact]
    public void Fault_that_is_none_of_the_disk_is_no_success_even_when_nothing_waited()
    {
        File.WriteAllBytes(FileName, []);
        Assert.False(RecordProgram.Summarise(FileName, new RecordingStatus(0, 0, 0, 0, 0, "The writer failed: Broken."), isBegun: false));
    }

    [Fact]
    public async Task Recording_without_a_frame_is_nothing_and_leaves_no_file()
    {
        var writer = RecordingWriter.Create(FileName, TimeProvider.System);
        await writer.DisposeAsync();
        Assert.True(RecordProgram.Summarise(FileName, writer.Status, isBegun: false));
        Assert.False(File.Exists(FileName), "an empty recording stands in the way of the next try");
    }

    private sealed class FullDisk(string path) : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device");
    }
}
