namespace MarketData.Operations.Tests.Rigs;

/// <summary>The files that are tested: as they are in the repository.</summary>
internal static class RepositoryFiles
{
    /// <summary>The root, found upwards from the test's output.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The absolute path.</summary>
    public static string Full(string path) => Path.Combine(Root, path);

    /// <summary>A file's text.</summary>
    public static string Read(string path) => File.ReadAllText(Full(path));

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "MarketData.sln"))) at = at.Parent!;
        return at.FullName;
    }
}
