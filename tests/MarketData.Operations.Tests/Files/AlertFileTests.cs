using System.Text.RegularExpressions;

using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Files;

/// <summary>The rule file, its tests and the runbooks name the same alerts.</summary>
public sealed partial class AlertFileTests
{
    private static readonly string[] _severities = ["critical", "warning"];
    private static readonly string _rules = File.ReadAllText(RepositoryRoot.Full("config/prometheus/rules/marketdata.yml"));
    private static readonly List<string> _alerts = [.. Alert().Matches(_rules).Select(match => match.Groups[1].Value)];

    [Fact]
    public void Alert_has_a_runbook_and_a_runbook_an_alert()
    {
        var pages = Directory.GetFiles(RepositoryRoot.Full("docs/runbooks"), "*.md")
            .ToDictionary(path => "docs/runbooks/" + Path.GetFileName(path), path => File.ReadLines(path).First());
        var named = Runbook().Matches(_rules).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(pages.Keys.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        Assert.Equal(_alerts.Select(alert => "# " + alert), named.Select(page => pages[page]));
    }

    [Fact]
    public void Alert_has_a_severity_a_summary_and_a_description()
    {
        var parts = _rules.Split("- alert: ")[1..];
        Assert.NotEmpty(parts);
        Assert.All(parts, part =>
        {
            Assert.Contains(Severity().Match(part).Groups[1].Value, _severities);
            Assert.Contains("\n          summary: ", part, StringComparison.Ordinal);
            Assert.Contains("\n          description: ", part, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Alert_is_made_to_fire_by_a_test_and_to_clear_before_its_end()
    {
        var tests = File.ReadAllText(RepositoryRoot.Full("config/prometheus/rules.test.yml")).Split("  - name: ")[1..];
        Assert.Equal(_alerts.Order(StringComparer.Ordinal), tests.Select(test => test.Split('\n')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(tests, test =>
        {
            var moments = test.Split("- eval_time: ")[1..].Select(moment => moment.Contains("exp_alerts:", StringComparison.Ordinal));
            Assert.Equal([false, true, false], moments);
        });
    }

    [Fact]
    public void Runbook_sends_people_to_panels_that_exist()
    {
        var titles = DashboardQuery.Dashboards.SelectMany(dashboard => dashboard.Json.GetProperty("panels").EnumerateArray())
            .Select(panel => panel.GetProperty("title").GetString()!).ToHashSet();
        var named = Directory.GetFiles(RepositoryRoot.Full("docs/runbooks"), "*.md").SelectMany(path => Question().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, title => Assert.Contains(title, titles));
    }

    // "How many events arrive?"
    [GeneratedRegex("\"([A-Z][^\"\n]*\\?)\"")]
    private static partial Regex Question();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"runbook_url: (\S+)")]
    private static partial Regex Runbook();

    [GeneratedRegex(@"severity: (\w+)")]
    private static partial Regex Severity();
}
