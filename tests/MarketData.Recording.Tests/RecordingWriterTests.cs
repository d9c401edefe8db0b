namespace MarketData.Recording.Tests;

public sealed class RecordingWriterTests : IDisposable
{
    private readonly RecordingRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Records_are_on_the_disk_before_the_end()
    {
        await using var writer = RecordingWriter.Create(_rig.Path, TimeProvider.System, new RecordingWriterOptions { SegmentAge = TimeSpan.FromMilliseconds(10) });
        Assert.True(writer.TryRecord(RecordingRig.Record(1)));
        await Until.TrueAsync(() => _rig.Read() is ["1"], () => "the record is not on the disk while the writer lives");
        Assert.Equal((1, 0, 0), (writer.Status.Kept, writer.Status.Waiting, writer.Status.Lost));
    }

    [Fact]
    public async Task Full_disk_is_tried_again_and_leaves_no_part_of_a_segment()
    {
        var disk = new SmallDisk(_rig.Path) { Refuses = true };
        await using (var writer = new RecordingWriter(disk, TimeProvider.System, Quick))
        {
            Assert.True(writer.TryRecord(RecordingRig.Record(1)));
            await Until.TrueAsync(() => writer.Status.Fault is not null && disk.Refused > 1, () => "the disk was not tried again");
            Assert.True(writer.TryRecord(RecordingRig.Record(2)));
            disk.Refuses = false;
            await Until.TrueAsync(() => writer.Status.Kept == 2, () => "the records are not on the disk");
            Assert.Null(writer.Status.Fault);
        }

        Assert.Equal(["1", "2"], _rig.Read());
        Assert.Empty(_rig.Damage);
    }

    [Fact]
    public async Task What_there_was_no_room_for_is_counted_and_its_place_says_so()
    {
        var disk = new SmallDisk(_rig.Path) { Refuses = true };
        var kept = new List<string>();
        await using (var writer = new RecordingWriter(disk, TimeProvider.System, Quick with { MostWaitingBytes = 2_000 }))
        {
            // The first record is stuck with the disk; what comes behind it fills the room.
            var number = 1;
            Assert.True(writer.TryRecord(RecordingRig.Record(number)));
            await Until.TrueAsync(() => disk.Refused > 0, () => "the disk was not tried");
            do
                kept.Add($"{number}");
            while (writer.TryRecord(RecordingRig.Record(++number)));
            Assert.False(writer.TryRecord(RecordingRig.Record(number + 1)));
            writer.LeaveOut();
            Assert.Equal(3, writer.Status.Lost);
            disk.Refuses = false;
            await Until.TrueAsync(() => writer.Status.Waiting == 0, () => "the records are not on the disk");
            Assert.True(writer.TryRecord(RecordingRig.Record(number + 2)));
            kept.Add($"{number + 2}");
        }

        var read = _rig.Read();
        Assert.Equal(kept, read.Where(one => !one.Contains("missing", StringComparison.Ordinal)));
        Assert.Equal("2 records or more are missing here: more than 2000 bytes waited for the disk.", read[^2]);
    }

    [Fact]
    public async Task Disk_that_never_takes_anything_does_not_hold_up_the_end_and_everything_is_counted_as_lost()
    {
        var disk = new SmallDisk(_rig.Path) { Refuses = true };
        var writer = new RecordingWriter(disk, TimeProvider.System, Quick with { LastTries = TimeSpan.Zero });
        Assert.True(writer.TryRecord(RecordingRig.Record(1)));
        await writer.DisposeAsync();
        Assert.Equal((0, 0, 1), (writer.Status.Kept, writer.Status.Waiting, writer.Status.Lost));
        Assert.False(writer.TryRecord(RecordingRig.Record(2)));
    }

    [Fact]
    public async Task Segment_that_is_given_up_at_the_end_leaves_a_hole_that_the_reader_sees_when_the_disk_takes_what_waits_behind_it()
    {
        var disk = new SmallDisk(_rig.Path);
        var writer = new RecordingWriter(disk, TimeProvider.System, Quick with { LastTries = TimeSpan.FromMilliseconds(20) });
        Assert.True(writer.TryRecord(RecordingRig.Record(1)));
        await Until.TrueAsync(() => writer.Status.Kept == 1, () => "the first record is not on the disk");
        var end = writer.Status.FileBytes;

        disk.RefusesNextForEver();
        Assert.True(writer.TryRecord(RecordingRig.Record(2)));
        await Until.TrueAsync(() => disk.Refused > 0, () => "the second record was not tried");
        Assert.True(writer.TryRecord(RecordingRig.Record(3)));
        await writer.DisposeAsync();

        Assert.Equal((2, 0, 1), (writer.Status.Kept, writer.Status.Waiting, writer.Status.Lost));
        var read = _rig.Read();
        Assert.Equal(["1", "3"], [read[0], read[^1]]);
        Assert.Equal(3, read.Count);
        Assert.Contains($"segments are missing at byte {end}.", read[1], StringComparison.Ordinal);
        Assert.Equal(end, Assert.Single(_rig.Damage).Offset);
    }

    [Fact]
    public async Task Fault_that_is_none_of_the_disk_ends_the_writer_and_is_told()
    {
        var disk = new SmallDisk(_rig.Path) { Refuses = true, Fault = new InvalidOperationException("Broken.") };
        await using var writer = new RecordingWriter(disk, TimeProvider.System, Quick);
        Assert.True(writer.TryRecord(RecordingRig.Record(1)));
        await Until.TrueAsync(() => writer.Status.Fault == "The writer failed: Broken.", () => "nobody was told");
        await writer.Ended;
        Assert.False(writer.TryRecord(RecordingRig.Record(2)));
        Assert.Equal((0, 0, 2), (writer.Status.Kept, writer.Status.Waiting, writer.Status.Lost));
    }

    [Fact]
    public async Task Recording_is_never_written_over()
    {
        await _rig.WriteAsync(1);
        Assert.Throws<IOException>(() => RecordingWriter.Create(_rig.Path, TimeProvider.System));
        Assert.Equal(["1"], _rig.Read());
    }

    private static RecordingWriterOptions Quick => new() { SegmentAge = TimeSpan.FromMilliseconds(5), RetryAfter = TimeSpan.FromMilliseconds(5) };

    /// <summary>A file on a disk that is full while it is told to be, or for one segment: half of what is written gets through, then it fails.</summary>
    private sealed class SmallDisk(string path) : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0)
    {
        private int _refused;
        private volatile bool _refusesNext;
        private byte[]? _never;

        public volatile bool Refuses;

        public Exception Fault { get; init; } = new IOException("No space left on device");

        public int Refused => Volatile.Read(ref _refused);

        /// <summary>The segment that comes next is refused however often it is tried; others are taken.</summary>
        public void RefusesNextForEver() => _refusesNext = true;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_refusesNext)
                (_never, _refusesNext) = (buffer.ToArray(), false);
            if (!Refuses && (_never is null || !buffer.Span.SequenceEqual(_never)))
            {
                await base.WriteAsync(buffer, cancellationToken);
                return;
            }

            await base.WriteAsync(buffer[..(buffer.Length / 2)], cancellationToken);
            Interlocked.Increment(ref _refused);
            throw Fault;
        }
    }
}
