using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MarketData.Parquet.Files;

/// <summary>
/// Files that outlive a loss of power once they are there. Comes in: complete files under another name. Goes out: the same files under their
/// own. Owns: which directories are known to be on the disk. Any thread.
/// </summary>
internal sealed partial class Disk
{
    private const int ReadOnly = 0;
    private const int NotPermitted = 1;
    private const int NoAccess = 13;
    private const int Invalid = 22;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Makes a directory with all above it.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public void Make(string directory)
    {
        lock (_lock)
        {
            if (!Directory.Exists(directory))
                _known.Clear();
            if (_known.Contains(directory))
                return;
            Directory.CreateDirectory(directory);
            // The name of each is written down in the one above it, also of those that were there: somebody else may have made them a moment ago.
            for (var path = directory; !_known.Contains(path) && Path.GetDirectoryName(path) is { } parent; path = parent)
                Flush(parent);
            for (var path = directory; path is not null && _known.Add(path);)
                path = Path.GetDirectoryName(path);
        }
    }

    /// <summary>Gives a complete file its name within its directory: after this it is there, whole, whatever happens; before, it is not.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Publish(string temporary, string file)
    {
        using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
            stream.Flush(flushToDisk: true);
        if (OperatingSystem.IsWindows())
            File.Move(temporary, file);
        // Not File.Move, which copies where it cannot rename: a copy would be seen before it is complete.
        else if (Rename(temporary, file) != 0)
            throw Failed($"{temporary} cannot be renamed to {file}");
        Flush(Path.GetDirectoryName(file)!);
    }

    // Windows writes names down by itself, and so do the file systems that refuse to be told. A directory that may not be read has not been made
    // by us: it is somebody else's to write down.
    private static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(directory, ReadOnly);
        if (handle < 0)
        {
            if (Marshal.GetLastPInvokeError() is NotPermitted or NoAccess)
                return;
            throw Failed($"{directory} cannot be opened");
        }
        try
        {
            if (Sync(handle) != 0 && Marshal.GetLastPInvokeError() != Invalid)
                throw Failed($"{directory} cannot be written to disk");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failed(string what) => new($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
