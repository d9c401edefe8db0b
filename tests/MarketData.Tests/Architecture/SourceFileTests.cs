using System.Text.RegularExpressions;

namespace MarketData.Tests.Architecture;

/// <summary>How a source file looks: length, one public type, no byte-order mark, no regions, no silent suppression.</summary>
public sealed partial class SourceFileTests
{
    private const int LongestFile = 400;

    [Fact]
    public void File_is_not_longer_than_the_limit() =>
        AssertNone(path => Repository.Lines(path).Length is > LongestFile and var lines ? $"{lines} lines" : null);

    [Fact]
    public void File_has_at_most_one_public_type_and_bears_its_name() => AssertNone(path =>
    {
        var types = Repository.Lines(path).Select(line => PublicType().Match(line))
            .Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();
        var name = Path.GetFileName(path).Split('.')[0];
        return types switch
        {
            [] => null,
            [var only] => only == name ? null : $"holds {only}",
            _ => $"holds {string.Join(", ", types)}",
        };
    });

    [Fact]
    public void File_has_no_byte_order_mark() =>
        AssertNone(path => File.ReadAllBytes(Repository.Full(path)) is [0xEF, 0xBB, 0xBF, ..] ? "byte-order mark" : null);

    [Fact]
    public void File_has_no_region() =>
        AssertNone(path => Array.Find(Repository.Lines(path), line => line.TrimStart().StartsWith("#" + "region", StringComparison.Ordinal)));

    [Fact]
    public void Warning_is_suppressed_only_with_a_comment_that_says_why() => AssertNone(path =>
    {
        var lines = Repository.Lines(path);
        var silent = Enumerable.Range(0, lines.Length).FirstOrDefault(i =>
            lines[i].TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal)
            && !lines[i].Contains("//", StringComparison.Ordinal)
            && !(i > 0 && lines[i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)), -1);
        return silent < 0 ? null : $"line {silent + 1}";
    });

    [Fact]
    public void Namespace_is_file_scoped() =>
        AssertNone(path => Array.Find(Repository.Lines(path), line =>
            line.StartsWith("namespace ", StringComparison.Ordinal) && !line.TrimEnd().EndsWith(';')));

    [Fact]
    public void Log_messages_of_a_project_stand_in_one_file_and_have_ids_of_their_own()
    {
        var messages =
            from path in Repository.CSharpFiles
            where !path.StartsWith("tests/", StringComparison.Ordinal)
            from line in Repository.Lines(path)
            let id = EventId().Match(line)
            where id.Success
            select (path, project: path.Split('/') is ["src", var room, ..] ? room : path.Split('/')[0], id: id.Groups[1].Value);
        var list = messages.ToList();
        Assert.All(list.GroupBy(item => item.project), group => Assert.Single(group.Select(item => item.path).Distinct()));
        Assert.All(list.GroupBy(item => item.id), group =>
            Assert.True(group.Count() == 1, $"{group.Key}: {string.Join(", ", group.Select(item => item.path))}"));
    }

    private static void AssertNone(Func<string, string?> problem)
    {
        Assert.NotEmpty(Repository.CSharpFiles);
        Assert.Empty(Repository.CSharpFiles.Select(path => (path, found: problem(path)))
            .Where(pair => pair.found is not null).Select(pair => $"{pair.path}: {pair.found}"));
    }

    [GeneratedRegex(@"^public (?:(?:static|sealed|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?:record struct|record class|record|class|struct|interface|enum|delegate \S+) (\w+)")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(\d+)")]
    private static partial Regex EventId();
}
