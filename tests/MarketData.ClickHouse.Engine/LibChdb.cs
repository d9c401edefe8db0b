using System.Runtime.InteropServices;

namespace MarketData.ClickHouse.Engine;

/// <summary>The functions of libchdb that are used.</summary>
internal static unsafe partial class LibChdb
{
    private const string Name = "chdb";

    /// <summary>Loads the library from a path, without its own signal handlers.</summary>
    public static void Load(string path)
    {
        NativeLibrary.SetDllImportResolver(
            typeof(LibChdb).Assembly, (name, _, _) => name == Name ? NativeLibrary.Load(path) : IntPtr.Zero);
        SignalGuard.Around(() =>
        {
            SetSignalHandlersEnabled(0);
            return 0;
        });
    }

    [LibraryImport(Name, EntryPoint = "chdb_set_signal_handlers_enabled")]
    public static partial void SetSignalHandlersEnabled(int enabled);

    /// <summary>Returns a pointer to the connection, or null.</summary>
    [LibraryImport(Name, EntryPoint = "chdb_connect")]
    public static partial nint* Connect(int count, byte** arguments);

    [LibraryImport(Name, EntryPoint = "chdb_close_conn")]
    public static partial void Close(nint* connection);

    [LibraryImport(Name, EntryPoint = "chdb_query_n")]
    public static partial nint Query(nint connection, byte* query, nuint queryLength, byte* format, nuint formatLength);

    [LibraryImport(Name, EntryPoint = "chdb_destroy_query_result")]
    public static partial void Free(nint result);

    [LibraryImport(Name, EntryPoint = "chdb_result_buffer")]
    public static partial byte* Buffer(nint result);

    [LibraryImport(Name, EntryPoint = "chdb_result_length")]
    public static partial nuint Length(nint result);

    /// <summary>The error as text, null when there is none.</summary>
    [LibraryImport(Name, EntryPoint = "chdb_result_error")]
    public static partial byte* Error(nint result);
}
