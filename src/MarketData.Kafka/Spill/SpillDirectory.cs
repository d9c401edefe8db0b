using System.Security.Cryptography;
using System.Text;

namespace MarketData.Kafka;

/// <summary>
/// The directory of one spill log, claimed for this process by a lock that ends with the process, however it ends.
/// </summary>
internal sealed class SpillDirectory : IDisposable
{
    private const string LockName = "lock";
    private const string ProcessesName = "processes";

    /// <summary>A collector that cannot start is started again and again.</summary>
    private const int MostProcesses = 1_000;

    // More collectors of one kind than anybody runs on one machine.
    private const int Slots = 64;

    private readonly FileStream _lock;

    private SpillDirectory(string path, FileStream claim) => (Path, _lock) = (path, claim);

    public string Path { get; }

    /// <summary>
    /// Where a collector spills when nobody says where: below the user's state directory, apart for each collector and each Kafka, so that
    /// what was meant for one is never sent to another. Ends in <c>*</c>, so that replicas on one machine each get their own.
    /// </summary>
    /// <param name="source">The collector's id.</param>
    /// <param name="bootstrapServers">Its Kafka.</param>
    public static string Default(string source, string bootstrapServers)
    {
        var state = Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } given
            ? given.Split(':')[0]
            : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg
                ? System.IO.Path.Combine(xdg, "marketdata")
                : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", "marketdata");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}|{bootstrapServers}")))[..8];
        return System.IO.Path.Combine(state, "spill", $"{NameOf(source)}-{hash}-*");
    }

    /// <summary>Where a collector spills below a directory that was configured: one configuration may serve several collectors.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="id">The process's id; may be empty.</param>
    /// <param name="collector">The collector's name.</param>
    public static string Below(string directory, string id, string collector) =>
        System.IO.Path.Combine(directory, id.Length == 0 ? collector : $"{NameOf(id)}-{collector}");

    /// <summary>Claims a directory, and creates it.</summary>
    /// <param name="path">The directory; ending in <c>*</c>: the first free one of <c>path1</c>, <c>path2</c> and so on.</param>
    /// <exception cref="IOException">Another process uses it, or it cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not use it.</exception>
    public static SpillDirectory Claim(string path)
    {
        if (!path.EndsWith('*'))
            return TryClaim(path) ?? throw new IOException($"Another process uses the spill directory '{path}'. Give each collector its own.");
        for (var slot = 1; slot <= Slots; slot++)
        {
            if (TryClaim($"{path[..^1]}{slot}") is { } claimed)
                return claimed;
        }
        throw new IOException($"Other processes use the spill directories '{path}' up to {Slots}.");
    }

    /// <summary>
    /// The directories of a pattern in which a process that is gone has left a log: nobody sends what they hold before as many collectors
    /// run here again.
    /// </summary>
    /// <param name="pattern">What <see cref="Claim"/> was given.</param>
    public static IReadOnlyList<string> Abandoned(string pattern)
    {
        if (!pattern.EndsWith('*'))
            return [];
        var found = new List<string>();
        for (var slot = 1; slot <= Slots; slot++)
        {
            var path = $"{pattern[..^1]}{slot}";
            if (!File.Exists(System.IO.Path.Combine(path, SpillLog.CommitsName)) || TryClaim(path) is not { } claimed)
                continue;
            claimed.Dispose();
            found.Add(path);
        }
        return found;
    }

    /// <summary>Notes a process as one whose messages are here, for as long as any may be.</summary>
    /// <param name="process">Its id: a line of text.</param>
    /// <returns>Those that were noted before.</returns>
    /// <exception cref="IOException">The note cannot be kept.</exception>
    public IReadOnlySet<string> Register(string process)
    {
        var file = System.IO.Path.Combine(Path, ProcessesName);
        string[] before = File.Exists(file) ? File.ReadAllLines(file) : [];
        File.WriteAllLines(file, [.. before.TakeLast(MostProcesses), process]);
        return before.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Bytes that the disk has left for this user.</summary>
    public long FreeBytes() => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Deletes the log, which must be closed; the claim stays.</summary>
    public void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(Path))
        {
            if (System.IO.Path.GetFileName(file) != LockName)
                File.Delete(file);
        }
    }

    /// <summary>Gives the directory back; an empty one is removed.</summary>
    public void Dispose()
    {
        if (Directory.EnumerateFileSystemEntries(Path).Take(2).Count() == 1)
        {
            // The lock goes last: until then nobody else begins a log here.
            File.Delete(System.IO.Path.Combine(Path, LockName));
            TryRemove();
        }
        _lock.Dispose();
    }

    private static string NameOf(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));

    private void TryRemove()
    {
        try
        {
            Directory.Delete(Path);
        }
        catch (IOException)
        {
            // Another process has just begun to use it.
        }
    }

    private static SpillDirectory? TryClaim(string path)
    {
        Directory.CreateDirectory(path);
        FileStream claim;
        try
        {
            claim = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsShared(exception))
        {
            return null;
        }
        return new SpillDirectory(System.IO.Path.GetFullPath(path), claim);
    }

    // 11 and 35: EAGAIN and EWOULDBLOCK on Linux and macOS; 32 and 33: sharing and lock violations on Windows.
    private static bool IsShared(IOException exception) =>
        exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        && (exception.HResult & 0xFFFF) is 11 or 35 or 32 or 33;
}
