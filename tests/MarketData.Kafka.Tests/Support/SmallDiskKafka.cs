namespace MarketData.Kafka.Tests.Support;

/// <summary>One broker on a disk that is soon full, for the tests that take minutes.</summary>
public sealed class SmallDiskKafka : RealKafka
{
    private SmallDisk? _disk;

    protected override bool IsWanted => LongTests.AreWanted && Environment.UserName == "root";

    /// <summary>A larger disk, with what is on it.</summary>
    public void Enlarge() => _disk!.Resize(mebibytes: 1_024);

    public override async ValueTask DisposeAsync()
    {
        if (_disk is null)
            return;
        await StopAsync();
        _disk.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    protected override Task PrepareAsync()
    {
        _disk = SmallDisk.Mount(Directory, mebibytes: 48);
        return Task.CompletedTask;
    }
}
