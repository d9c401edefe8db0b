using MarketData.ClickHouse.Schema;

namespace MarketData.ClickHouse.Tests.Schema;

public sealed class MigrationPlanTests
{
    private static readonly Migration[] _known =
        [Migration.Parse("0001_a.sql", "A;\n"), Migration.Parse("0002_b.sql", "B;\n"), Migration.Parse("0003_c.sql", "C;\n")];

    private static readonly AppliedMigration[] _applied = [.. _known.Select(item => new AppliedMigration(item.Number, item.Name, item.Checksum))];

    [Fact]
    public void Empty_database_gets_everything_in_order() =>
        Assert.Equal(["0001_a.sql", "0002_b.sql", "0003_c.sql"], MigrationPlan.Make(_known, []).Pending.Select(item => item.Name));

    [Fact]
    public void Database_that_is_behind_gets_the_rest() =>
        Assert.Equal(["0003_c.sql"], MigrationPlan.Make(_known, _applied[..2]).Pending.Select(item => item.Name));

    [Fact]
    public void Missing_file_is_named() =>
        Assert.Contains("0002_b.sql was applied, but", Assert.Single(MigrationPlan.Make([_known[0], _known[2]], _applied).Faults), StringComparison.Ordinal);

    [Fact]
    public void Changed_file_is_named() => Assert.Contains(
        "0002_b.sql was changed",
        Assert.Single(MigrationPlan.Make([_known[0], Migration.Parse("0002_b.sql", "B2;\n"), _known[2]], _applied).Faults),
        StringComparison.Ordinal);

    [Fact]
    public void Newer_database_is_named() =>
        Assert.Contains("0003_c.sql was applied by a newer", Assert.Single(MigrationPlan.Make(_known[..2], _applied).Faults), StringComparison.Ordinal);

    [Fact]
    public void File_that_came_late_is_named() => Assert.Contains(
        "0002_b.sql was never applied", Assert.Single(MigrationPlan.Make(_known, [_applied[0], _applied[2]]).Faults), StringComparison.Ordinal);

    [Fact]
    public void Statements_end_with_a_semicolon_at_the_end_of_a_line()
    {
        var migration = Migration.Parse("0001_a.sql", "-- one; two\nSELECT ';x';\r\nSELECT 2;");
        Assert.Equal(["-- one; two\nSELECT ';x'", "SELECT 2"], migration.Statements);
        Assert.Equal(migration.Checksum, Migration.Parse("0001_a.sql", "-- one; two\nSELECT ';x';\nSELECT 2;").Checksum);
    }

    [Fact]
    public void Files_are_numbered_without_holes() =>
        Assert.Equal(Enumerable.Range(1, Migration.All.Count), Migration.All.Select(item => item.Number));
}
