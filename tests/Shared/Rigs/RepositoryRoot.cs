namespace TestRigs;

/// <summary>The directory of MarketData.sln, above the tests' own.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? directory)
    {
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "MarketData.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"There is no MarketData.sln above {AppContext.BaseDirectory}.");
    }
}
