namespace MarketData.Kafka.Tests.Support;

/// <summary>One broker on a disk that is soon full, for the tests that take minutes.</summary>
public sealed class SmallDiskKafka : RealKafka
{
    private SmallDisk? _disk;

    protected override bool IsWanted => LongTests.AreWanted && Environment.UserName == "root";

    /// <summary>A larger disk, with what is on it.</summary>
    public void Enlarge() => _disk!.Resize(mebibytes: 1_024);

    protected override void Release() => _disk?.Dispose();

    protected override Task PrepareAsync()
    {
        _disk = SmallDisk.Mount(Directory, mebibytes: 48);
        return Task.CompletedTask;
    }
}
