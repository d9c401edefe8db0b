namespace MarketData.Recording.Tests;

public sealed class RecordingReaderTests : IDisposable
{
    private readonly RecordingRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Records_are_read_as_they_were_written()
    {
        await _rig.WriteAsync(40);
        Assert.Equal(Enumerable.Range(1, 40).Select(number => $"{number}"), _rig.Read());
        Assert.Empty(_rig.Damage);
        Assert.True(RecordingReader.IsRecording(_rig.Path));
    }

    [Fact]
    public async Task Torn_tail_is_cut_and_told_wherever_it_was_torn()
    {
        var starts = await _rig.WriteAsync(3);
        var whole = await File.ReadAllBytesAsync(_rig.Path, TestContext.Current.CancellationToken);
        for (var length = starts[2] + 1; length < starts[3]; length++)
        {
            await File.WriteAllBytesAsync(_rig.Path, whole[..(int)length], TestContext.Current.CancellationToken);
            Assert.Equal(["1", "2"], _rig.Read());
            var damage = Assert.Single(_rig.Damage);
            Assert.Equal((true, starts[2], length - starts[2], 2L), (damage.IsTail, damage.Offset, damage.Bytes, damage.AfterUnixNs));
        }

        await File.WriteAllBytesAsync(_rig.Path, whole[..(int)starts[2]], TestContext.Current.CancellationToken);
        Assert.Equal(["1", "2"], _rig.Read());
        Assert.Empty(_rig.Damage);
    }

    [Fact]
    public async Task Damaged_byte_anywhere_in_a_segment_leaves_out_that_segment_and_is_told()
    {
        var starts = await _rig.WriteAsync(4);
        var whole = await File.ReadAllBytesAsync(_rig.Path, TestContext.Current.CancellationToken);
        for (var at = starts[1]; at < starts[2]; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x20;
            await File.WriteAllBytesAsync(_rig.Path, damaged, TestContext.Current.CancellationToken);
            var read = _rig.Read();
            var damage = Assert.Single(_rig.Damage);
            Assert.Equal(["1", $"The recording is damaged. {damage}", "3", "4"], read);
            Assert.Equal((false, starts[1], starts[2] - starts[1]), (damage.IsTail, damage.Offset, damage.Bytes));
            Assert.Equal((1L, 3L), (damage.AfterUnixNs, damage.BeforeUnixNs));
        }
    }

    [Fact]
    public async Task Recording_whose_first_bytes_are_damaged_is_one_all_the_same()
    {
        var starts = await _rig.WriteAsync(3);
        var bytes = await File.ReadAllBytesAsync(_rig.Path, TestContext.Current.CancellationToken);
        bytes[0] = 0;
        await File.WriteAllBytesAsync(_rig.Path, bytes, TestContext.Current.CancellationToken);
        Assert.True(RecordingReader.IsRecording(_rig.Path));
        var read = _rig.Read();
        Assert.Equal([$"The recording is damaged. {Assert.Single(_rig.Damage)}", "2", "3"], read);
        await File.WriteAllBytesAsync(_rig.Path, bytes[..(int)starts[1]], TestContext.Current.CancellationToken);
        Assert.False(RecordingReader.IsRecording(_rig.Path));
    }

    [Fact]
    public async Task Segment_that_was_taken_out_is_told()
    {
        var starts = await _rig.WriteAsync(3);
        var whole = await File.ReadAllBytesAsync(_rig.Path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_rig.Path, [.. whole[..(int)starts[1]], .. whole[(int)starts[2]..]], TestContext.Current.CancellationToken);
        var read = _rig.Read();
        var damage = Assert.Single(_rig.Damage);
        Assert.Equal(["1", $"The recording is damaged. {damage}", "3"], read);
        Assert.Equal((false, 0L), (damage.IsTail, damage.Bytes));
    }

    [Fact]
    public async Task Recordings_one_behind_the_other_are_parted_and_not_damaged()
    {
        await _rig.WriteAsync(2);
        using var other = new RecordingRig();
        await other.WriteAsync(1);
        await File.AppendAllBytesAsync(_rig.Path, await File.ReadAllBytesAsync(other.Path, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var read = _rig.Read();
        Assert.Empty(_rig.Damage);
        Assert.Equal(["1", "2", $"One recording ends here and another one begins, in {_rig.Path}.", "1"], read);
    }

    [Fact]
    public async Task What_is_no_recording_is_told_as_a_tail()
    {
        await File.WriteAllTextAsync(_rig.Path, "{\"jsonrpc\":\"2.0\"}\n", TestContext.Current.CancellationToken);
        Assert.False(RecordingReader.IsRecording(_rig.Path));
        Assert.Empty(_rig.Read());
        Assert.Equal(18, Assert.Single(_rig.Damage).Bytes);
    }

    [Fact]
    public async Task Other_version_of_the_format_is_no_damage()
    {
        await _rig.WriteAsync(2);
        var bytes = await File.ReadAllBytesAsync(_rig.Path, TestContext.Current.CancellationToken);
        for (var at = 0; bytes.AsSpan(at).IndexOf("MDFRAMES"u8) is >= 0 and var next; at += next + 1)
            bytes[at + next + 12] = 2;
        await File.WriteAllBytesAsync(_rig.Path, bytes, TestContext.Current.CancellationToken);
        Assert.StartsWith(
            $"{_rig.Path}: version 2 of recordings is not known here", Assert.Throws<IOException>(() => _rig.Read()).Message, StringComparison.Ordinal);
    }

    // The check value of CRC-32C (Castagnoli), for those who read the format in another language.
    [Fact]
    public void Checksum_is_CRC_32C() => Assert.Equal(0xE3069283, ~SegmentHeader.Crc32C(uint.MaxValue, "123456789"u8));
}
