using MarketData.ClickHouse.Rows;
using MarketData.ClickHouse.Writing;

namespace MarketData.ClickHouse.Schema;

/// <summary>Holds the tables and views as they are against what the code writes and derives.</summary>
internal static class SchemaDrift
{
    /// <summary>Compares.</summary>
    /// <param name="statements">Asks.</param>
    /// <param name="database">The database.</param>
    /// <param name="tables">Its tables and views.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A sentence for each difference.</returns>
    public static async Task<List<string>> FindAsync(
        Statements statements, string database, IReadOnlyDictionary<string, StoredTable> tables, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var layout in TableLayout.All)
        {
            var drift = layout.Drift((await statements.ReadShapeAsync(database, layout.Name, [], cancellationToken)).Columns);
            if ((drift ?? layout.Drift(tables.GetValueOrDefault(layout.Name))) is { } fault) faults.Add(fault);
        }

        faults.AddRange(DerivedTables.Drift(tables));
        return faults;
    }
}
