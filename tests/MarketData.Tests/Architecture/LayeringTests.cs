namespace MarketData.Tests.Architecture;

/// <summary>Who may reference whom, read from the project files.</summary>
public sealed class LayeringTests
{
    private static readonly string[] _referenceNoneOfOurs =
        ["Deribit.Client", "Deribit.Simulator", "MarketData", "MarketData.ServiceDefaults", "MarketData.Embedded"];

    // Composed from the rooms; nothing but another composition, a test or the AppHost references them.
    private static readonly string[] _executables =
        ["MarketData.Cli", "MarketData.Collectors.OrderBooks", "MarketData.Collectors.Trades", "MarketData.Collectors.Tickers",
         "MarketData.Archiver", "MarketData.Gateway"];

    private const int LongestCollector = 150;

    public static TheoryData<string> Rooms => [.. Repository.Projects.Keys.Where(IsRoom).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Collectors =>
        [.. Repository.Projects.Keys.Where(name => name.StartsWith("MarketData.Collectors.", StringComparison.Ordinal)).Where(IsProduct)];

    [Fact]
    public void Every_room_that_stands_alone_exists_and_references_none_of_ours()
    {
        foreach (var project in _referenceNoneOfOurs)
            Assert.True(Repository.References(project) is [], $"{project} references {string.Join(", ", Repository.References(project))}.");
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_references_the_domain_and_never_another_room(string project)
    {
        var exchange = project["MarketData.".Length..] + ".Client";
        var allowed = new[] { "MarketData", exchange };
        Assert.All(Repository.References(project), reference =>
            Assert.True(allowed.Contains(reference), $"{project} references {reference}; only {string.Join(" and ", allowed)} are allowed."));
    }

    [Fact]
    public void Libraries_reference_no_executable()
    {
        foreach (var project in Repository.Projects.Keys.Where(IsProduct).Except(_executables))
            Assert.DoesNotContain(Repository.References(project), reference => _executables.Contains(reference) || reference == "Deribit.Simulator");
    }

    [Theory]
    [MemberData(nameof(Collectors))]
    public void Collector_only_composes(string project)
    {
        var directory = Repository.DirectoryOf(project) + "/";
        var lines = Repository.CSharpFiles.Where(path => path.StartsWith(directory, StringComparison.Ordinal))
            .Sum(path => Repository.Lines(path).Length);
        Assert.InRange(lines, 1, LongestCollector);
    }

    [Fact]
    public void Solution_holds_every_project_but_those_that_need_the_Aspire_sdk()
    {
        var solution = File.ReadAllText(Repository.Full("MarketData.sln"));
        var aspire = File.ReadAllText(Repository.Full("MarketData.Aspire.slnx"));
        foreach (var project in Repository.Projects.Keys)
        {
            var needsAspire = project.StartsWith("MarketData.AppHost", StringComparison.Ordinal);
            Assert.True(solution.Contains($"\"{project}\"", StringComparison.Ordinal) != needsAspire, $"MarketData.sln and {project}");
            Assert.True(aspire.Contains($"/{project}.csproj\"", StringComparison.Ordinal), $"MarketData.Aspire.slnx lacks {project}");
        }
    }

    // A room walls off one outside dependency: MarketData.Deribit, MarketData.Kafka, MarketData.Redis ...
    private static bool IsRoom(string project) =>
        IsProduct(project) && project.StartsWith("MarketData.", StringComparison.Ordinal)
        && !_executables.Contains(project) && !_referenceNoneOfOurs.Contains(project);

    private static bool IsProduct(string project) =>
        !Repository.DirectoryOf(project).StartsWith("tests/", StringComparison.Ordinal)
        && !Repository.DirectoryOf(project).StartsWith("benchmarks/", StringComparison.Ordinal)
        && !project.StartsWith("MarketData.AppHost", StringComparison.Ordinal);
}
