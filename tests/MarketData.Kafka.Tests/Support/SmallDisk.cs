using System.Diagnostics;

namespace MarketData.Kafka.Tests.Support;

/// <summary>A small disk of its own (tmpfs), where this user may mount one; else the test is skipped with the reason.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk Mount(string path, int mebibytes)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            Assert.Skip("Only root on Linux can mount a small disk.");
        Directory.CreateDirectory(path);
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path))
            Assert.Skip("This machine does not let root mount a tmpfs.");
        return new SmallDisk(path);
    }

    /// <summary>Makes it larger, with what is on it.</summary>
    public void Resize(int mebibytes) => Run("mount", "-o", $"remount,size={mebibytes}m", Path);

    /// <summary>Takes all space that is left.</summary>
    public void Fill()
    {
        using var hog = File.Create(System.IO.Path.Combine(Path, "hog"), 1, FileOptions.None);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                hog.Write(block);
                hog.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Empty() => File.Delete(System.IO.Path.Combine(Path, "hog"));

    public void Dispose() => Run("umount", "-l", Path);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
