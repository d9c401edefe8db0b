using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MarketData.Parquet.Files;

/// <summary>Files that outlive a loss of power once they are there.</summary>
internal static partial class Disk
{
    private const int ReadOnly = 0;

    /// <summary>Gives a complete file its name: after this it is there, whole, whatever happens; before, it is not.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Publish(string temporary, string file)
    {
        var directory = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(directory))
            MakeDirectory(directory);
        using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
            stream.Flush(flushToDisk: true);
        File.Move(temporary, file);
        Flush(directory);
    }

    private static void MakeDirectory(string directory)
    {
        var missing = new Stack<string>();
        for (var path = directory; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
            missing.Push(path);
        Directory.CreateDirectory(directory);
        foreach (var path in missing)
            Flush(Path.GetDirectoryName(path)!);
    }

    // Windows writes names down by itself.
    private static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(directory, ReadOnly);
        if (handle < 0)
            throw new IOException($"{directory} cannot be opened: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        try
        {
            if (Sync(handle) != 0)
                throw new IOException($"{directory} cannot be written to disk: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
