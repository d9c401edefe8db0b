using System.Globalization;

namespace MarketData.Cli.Tests.Rigs;

/// <summary>
/// A share of one processor for a process, by a control group of its own (version 2 or 1); needs the right to make one.
/// </summary>
internal sealed class CpuQuota : IDisposable
{
    private const int PeriodUs = 100_000;
    private readonly string _directory;
    private readonly string _home;
    private readonly int _process;

    private CpuQuota(string directory, string home, int process) => (_directory, _home, _process) = (directory, home, process);

    /// <summary>Puts a process into a group of its own.</summary>
    /// <param name="process">The process.</param>
    /// <param name="processors">How many processors it may use, such as 0.2.</param>
    /// <returns>The group, which ends with its disposal; null, and why, when the machine does not let us.</returns>
    public static (CpuQuota? Quota, string Refusal) Set(int process, double processors)
    {
        var version1 = !File.Exists("/sys/fs/cgroup/cgroup.controllers");
        var home = version1 ? "/sys/fs/cgroup/cpu" : "/sys/fs/cgroup";
        var directory = Path.Combine(home, $"marketdata-test-{process}");
        var quota = ((int)(PeriodUs * processors)).ToString(CultureInfo.InvariantCulture);
        try
        {
            Directory.CreateDirectory(directory);
            if (version1)
            {
                File.WriteAllText(Path.Combine(directory, "cpu.cfs_period_us"), $"{PeriodUs}");
                File.WriteAllText(Path.Combine(directory, "cpu.cfs_quota_us"), quota);
            }
            else
            {
                File.WriteAllText(Path.Combine(directory, "cpu.max"), $"{quota} {PeriodUs}");
            }

            var group = new CpuQuota(directory, home, process);
            group.MoveTo(directory);
            return (group, "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory);
            return (null, $"No control group can be made here: {exception.Message}");
        }
    }

    /// <summary>Lets the process run freely again.</summary>
    public void Dispose()
    {
        try
        {
            MoveTo(_home);
        }
        catch (IOException)
        {
            // It has ended.
        }

        Directory.Delete(_directory);
    }

    private void MoveTo(string directory) => File.WriteAllText(Path.Combine(directory, "cgroup.procs"), $"{_process}");
}
