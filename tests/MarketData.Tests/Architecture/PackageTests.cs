using System.Xml.Linq;

namespace MarketData.Tests.Architecture;

/// <summary>Package versions: central, exact, and each package explained in dependencies.md.</summary>
public sealed class PackageTests
{
    private static readonly XDocument _central = XDocument.Load(Repository.Full("Directory.Packages.props"));

    [Fact]
    public void Project_names_no_version_of_its_own()
    {
        foreach (var (name, project) in Repository.Projects)
        {
            Assert.All(project.Descendants("PackageReference"), package =>
                Assert.True(package.Attribute("Version") is null && package.Attribute("VersionOverride") is null, $"{name}: {package}"));
        }
    }

    [Fact]
    public void Central_version_is_exact()
    {
        Assert.NotEmpty(Versions());
        Assert.All(Versions(), package => Assert.DoesNotContain(package.Attribute("Version")!.Value, c => c is '*' or '[' or '(' or ','));
    }

    [Fact]
    public void Every_package_is_explained_with_its_version()
    {
        var explained = File.ReadAllText(Repository.Full("dependencies.md"));
        Assert.All(Versions(), package =>
            Assert.Contains($"| {package.Attribute("Include")!.Value} | {package.Attribute("Version")!.Value} |", explained, StringComparison.Ordinal));
    }

    private static IEnumerable<XElement> Versions() => _central.Descendants("PackageVersion");
}
