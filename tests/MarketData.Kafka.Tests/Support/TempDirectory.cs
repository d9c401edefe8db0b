namespace MarketData.Kafka.Tests.Support;

/// <summary>A directory of the test's own that goes with it.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("marketdata-spill-").FullName;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>What a killed process leaves: the files as they are now, without its lock.</summary>
    public string CopyOf(string name, string to)
    {
        Directory.CreateDirectory(Sub(to));
        foreach (var file in Directory.EnumerateFiles(Sub(name)))
        {
            if (System.IO.Path.GetFileName(file) is var own and not "lock")
                Copy(file, System.IO.Path.Combine(Sub(to), own));
        }
        return Sub(to);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    // File.Copy locks the source, which its owner has open.
    private static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = File.Create(to);
        source.CopyTo(target);
    }
}
