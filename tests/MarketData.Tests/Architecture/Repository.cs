using System.Xml.Linq;

namespace MarketData.Tests.Architecture;

/// <summary>The repository as the rules see it: its files, its projects and what they reference.</summary>
internal static class Repository
{
    private static readonly string[] _outputs = ["bin", "obj", "artifacts", "TestResults", ".git", "node_modules"];

    /// <summary>The root, found upwards from the test's output directory.</summary>
    public static string Root => RepositoryRoot.Path;

    /// <summary>Every C# file that people write, as paths relative to the root with forward slashes.</summary>
    public static IReadOnlyList<string> CSharpFiles { get; } = Files("*.cs");

    /// <summary>Every project by name.</summary>
    public static IReadOnlyDictionary<string, XDocument> Projects { get; } =
        Files("*.csproj").ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => XDocument.Load(Full(path)));

    /// <summary>The names of the projects that a project references.</summary>
    public static IReadOnlyList<string> References(string project) =>
        [.. Projects[project].Descendants("ProjectReference")
            .Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value.Replace('\\', '/')))];

    /// <summary>The directory of a project, relative to the root.</summary>
    public static string DirectoryOf(string project) =>
        Path.GetDirectoryName(Files("*.csproj").Single(path => path.EndsWith($"/{project}.csproj", StringComparison.Ordinal)))!;

    /// <summary>A file's lines.</summary>
    public static string[] Lines(string path) => File.ReadAllLines(Full(path));

    /// <summary>The absolute path.</summary>
    public static string Full(string path) => Path.Combine(Root, path);

    /// <summary>Files by pattern, without build outputs.</summary>
    public static IReadOnlyList<string> Files(string pattern)
    {
        var found = new List<string>();
        Collect(new DirectoryInfo(Root));
        return [.. found.Order(StringComparer.Ordinal)];

        void Collect(DirectoryInfo directory)
        {
            found.AddRange(directory.EnumerateFiles(pattern).Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/')));
            foreach (var below in directory.EnumerateDirectories().Where(below => !_outputs.Contains(below.Name))) Collect(below);
        }
    }
}
