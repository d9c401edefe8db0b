namespace TestRigs;

/// <summary>Where the repository is: the directory of MarketData.sln above the tests' own; and what may be beside it.</summary>
internal static class RepositoryRoot
{
    private static readonly string? s_path = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Its path.</summary>
    public static string Path => s_path ?? throw new InvalidOperationException($"There is no MarketData.sln above {AppContext.BaseDirectory}.");

    /// <summary>Whether the tests run within it.</summary>
    public static bool Exists => s_path is not null;

    /// <summary>The absolute path of what lies in it.</summary>
    public static string Full(string path) => System.IO.Path.Combine(Path, path);

    /// <summary>The absolute path of what lies beside it; null when it is not there.</summary>
    /// <param name="path">Such as <c>shared/kafka/kafka</c>.</param>
    public static string? Beside(string path) =>
        s_path is not null && System.IO.Path.GetFullPath(System.IO.Path.Combine(s_path, "..", path)) is var full && System.IO.Path.Exists(full) ? full : null;

    private static string? Find(DirectoryInfo? directory)
    {
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "MarketData.sln"))) directory = directory.Parent;
        return directory?.FullName;
    }
}
