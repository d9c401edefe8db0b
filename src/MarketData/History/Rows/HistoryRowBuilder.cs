using System.Globalization;

namespace MarketData.History.Rows;

/// <summary>
/// Takes the values of one row in the order of the columns. A value that a column cannot hold exactly is a fault of the row: nothing is
/// rounded. One per batch, one thread.
/// </summary>
/// <param name="layout">The table.</param>
public sealed class HistoryRowBuilder(HistoryLayout layout)
{
    // Decimal(38, 18): 20 digits before the point, 18 behind it.
    private const int Scale = 18;
    private const decimal Limit = 100_000_000_000_000_000_000m;

    private object[] _values = [];
    private int _count;
    private string? _fault;

    /// <summary>Makes the row of a record.</summary>
    /// <param name="record">A record of the table.</param>
    /// <param name="fault">Why there is none: <c>value_out_of_range</c> and a sentence.</param>
    /// <returns>
    /// A value per column, as <see cref="HistoryColumnKind"/> says, <see cref="DBNull"/> for none; null when a value does not fit.
    /// </returns>
    public object[]? Build(IHistoryRecord record, out string? fault)
    {
        (_values, _count, _fault) = (new object[layout.Columns.Count], 0, null);
        layout.Fill(this, record);
        if (_count != layout.Columns.Count)
            throw new InvalidOperationException($"{_count} values were given for the {layout.Columns.Count} columns of {layout.Name}.");
        fault = _fault;
        return _fault is null ? _values : null;
    }

    internal void Add(string? value) => Put(value);

    internal void Add(long? value)
    {
        var column = layout.Columns[_count];
        if (column.LastTime is { } last && value is { } time && (time < 0 || time > last))
            _fault ??= $"value_out_of_range: The column {column.Name} holds times from 0 to {last}, not {time}.";
        Put(value);
    }

    internal void Add(double? value) => Put(value);

    internal void Add(Array values) => _values[_count++] = values;

    internal void Add(decimal? value)
    {
        if (value is { } number) Check(number);
        Put(value);
    }

    internal void Add(ReadOnlySpan<BookLevel> levels)
    {
        var (prices, amounts) = (new decimal[levels.Length], new decimal[levels.Length]);
        for (var i = 0; i < levels.Length; i++)
            (prices[i], amounts[i]) = (levels[i].Price, levels[i].Amount);
        AddExact(prices);
        AddExact(amounts);
    }

    private void Put(object? value) => _values[_count++] = value ?? DBNull.Value;

    private void AddExact(decimal[] values)
    {
        foreach (var value in values) Check(value);
        _values[_count++] = values;
    }

    private void Check(decimal value)
    {
        if (Math.Abs(value) < Limit && decimal.Round(value, Scale) == value) return;
        _fault ??= string.Create(CultureInfo.InvariantCulture,
            $"value_out_of_range: The column {layout.Columns[_count].Name} holds 20 digits before the point and 18 behind it, not {value}.");
    }
}
