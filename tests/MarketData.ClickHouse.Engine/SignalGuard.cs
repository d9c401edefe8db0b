using System.Runtime.InteropServices;

namespace MarketData.ClickHouse.Engine;

/// <summary>
/// Keeps .NET's signal handlers over calls that replace them: libchdb sets or resets the handlers of deadly signals when it is loaded and at
/// every connect, and without its own handler .NET hangs or dies at the next NullReferenceException.
/// </summary>
internal static unsafe partial class SignalGuard
{
    // SIGINT to SIGFPE, SIGSEGV, SIGPIPE, SIGTERM, SIGCHLD, SIGTSTP, SIGSYS; numbers of Linux.
    private static readonly int[] _signals = [2, 3, 4, 5, 6, 7, 8, 11, 13, 15, 17, 20, 31];

    // struct sigaction is 152 bytes in glibc on x64.
    private const int ActionBytes = 256;

    /// <summary>Runs a call and puts every handler back.</summary>
    public static T Around<T>(Func<T> call)
    {
        var saved = stackalloc byte[_signals.Length * ActionBytes];
        for (var i = 0; i < _signals.Length; i++)
            _ = SigAction(_signals[i], null, saved + (i * ActionBytes));
        try
        {
            return call();
        }
        finally
        {
            for (var i = 0; i < _signals.Length; i++)
                _ = SigAction(_signals[i], saved + (i * ActionBytes), null);
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SigAction(int signal, byte* action, byte* previous);
}
