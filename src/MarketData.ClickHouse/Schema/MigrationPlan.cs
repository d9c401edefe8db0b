namespace MarketData.ClickHouse.Schema;

/// <summary>What is left to do, or why nothing may be done: the code's migrations against those that the database remembers.</summary>
/// <param name="Pending">The migrations to apply, in order.</param>
/// <param name="Faults">One full sentence per contradiction; empty when the plan can be carried out.</param>
internal sealed record MigrationPlan(IReadOnlyList<Migration> Pending, IReadOnlyList<string> Faults)
{
    /// <summary>Compares both.</summary>
    public static MigrationPlan Make(IReadOnlyList<Migration> known, IReadOnlyCollection<AppliedMigration> applied)
    {
        var faults = new List<string>();
        var newest = known.Count == 0 ? 0 : known[^1].Number;
        var last = applied.Count == 0 ? 0 : applied.Max(item => item.Number);
        foreach (var item in applied.OrderBy(item => item.Number).ThenBy(item => item.Name, StringComparer.Ordinal))
        {
            var same = known.FirstOrDefault(migration => migration.Number == item.Number);
            if (item.Number > newest)
                faults.Add($"{item.Name} was applied by a newer version; this one knows migrations up to {newest}. Update this service.");
            else if (same is null || same.Name != item.Name)
                faults.Add($"{item.Name} was applied, but this version does not have it. Restore config/clickhouse/{item.Name}.");
            else if (same.Checksum != item.Checksum)
                faults.Add($"{item.Name} was changed after it was applied. Restore it, and make the change in a new file.");
        }
        foreach (var migration in known.Where(migration => migration.Number < last && applied.All(item => item.Number != migration.Number)))
            faults.Add($"{migration.Name} was never applied, but later ones were. Give it the next free number.");
        return new MigrationPlan([.. known.Where(migration => migration.Number > last)], faults);
    }
}
