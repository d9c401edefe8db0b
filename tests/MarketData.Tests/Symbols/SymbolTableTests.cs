using System.Text;
using MarketData.Symbols;

namespace MarketData.Tests.Symbols;

public sealed class SymbolTableTests
{
    private readonly SymbolTableBuilder _table = new();

    [Fact]
    public void Record_is_written_and_read_back()
    {
        var entry = new SymbolEntry { Exchange = "deribit", Selector = "BTC-*", Kinds = DataKind.Trade | DataKind.OrderBook, Enabled = false };
        var value = SymbolRecord.WriteValue(entry);
        Assert.Equal("""{"enabled":false,"kinds":["orderbook","trade"]}""", Encoding.UTF8.GetString(value));
        Assert.Empty(_table.Apply(entry.Key, value, out var changed));
        Assert.True(changed);
        Assert.Equal([entry], _table.Build(1).Entries);
    }

    [Fact]
    public void Newest_record_of_a_key_counts_and_a_tombstone_removes()
    {
        Put("deribit.BTC-*", """{"kinds":["trade"]}""");
        Put("deribit.BTC-*", """{"enabled":true,"later":{"x":[1]}}""");
        Assert.Equal(SymbolEntry.AllKinds, Assert.Single(_table.Build(1).Entries).Kinds);
        _table.Apply("deribit.BTC-*", Encoding.UTF8.GetBytes("{}"), out var changed);
        Assert.False(changed);
        _table.Apply("deribit.BTC-*", null, out changed);
        Assert.True(changed);
        _table.Apply("deribit.BTC-*", null, out changed);
        Assert.False(changed);
        Assert.Empty(_table.Build(2).Entries);
    }

    [Theory]
    [InlineData(null, "{}")]
    [InlineData("", "{}")]
    [InlineData("BTC-PERPETUAL", "{}")]
    [InlineData("Deribit.BTC-PERPETUAL", "{}")]
    [InlineData("deribit:x.BTC-PERPETUAL", "{}")]
    [InlineData("deribit.", "{}")]
    [InlineData("deribit.BTC PERP", "{}")]
    [InlineData("deribit.BTC-PERPETUAL:orderbook", "{}")]
    [InlineData("deribit.BTC-PERPETUAL\nforged line", "{}")]
    [InlineData("deribit.X", "")]
    [InlineData("deribit.X", "null")]
    [InlineData("deribit.X", "[]")]
    [InlineData("deribit.X", """{"enabled":"yes"}""")]
    [InlineData("deribit.X", """{"kinds":[]}""")]
    [InlineData("deribit.X", """{"kinds":["books"]}""")]
    [InlineData("deribit.X", """{"kinds":[["trade"]]}""")]
    [InlineData("deribit.X", "{\"kinds\":[\"tr\\nade\u0007\"]}")]
    [InlineData("deribit.X", """{"enabled":true}}""")]
    public void Fault_row_51_record_that_cannot_be_used_changes_nothing_and_is_named_once(string? key, string value)
    {
        Put("deribit.ETH-PERPETUAL", "{}");
        var sentence = Put(key, value);
        Assert.NotEmpty(sentence);
        Assert.DoesNotContain(sentence, char.IsControl);
        _table.Apply(key, Encoding.UTF8.GetBytes(value), out var changed);
        Assert.False(changed);
        var table = _table.Build(1);
        Assert.Equal("ETH-PERPETUAL", Assert.Single(table.Entries).Selector);
        Assert.Equal(sentence, Assert.Single(table.Ignored));
    }

    [Fact]
    public void Fault_of_a_key_is_forgotten_when_its_newest_record_can_be_used()
    {
        Put("deribit.X", "nonsense");
        Assert.Single(_table.Build(1).Ignored);
        Put("deribit.X", "{}");
        Assert.Empty(_table.Build(2).Ignored);
        Put("deribit.X", "nonsense");
        Assert.Single(_table.Build(3).Entries);
        _table.Apply("deribit.X", null, out _);
        Assert.Empty(_table.Build(4).Ignored);
        Assert.Empty(_table.Build(4).Entries);
    }

    [Fact]
    public void Fault_row_54_flood_of_records_does_not_fill_the_memory()
    {
        for (var i = 0; i < SymbolTableBuilder.MaxEntries + 500; i++)
            Put($"deribit.X-{i}", "{}");
        for (var i = 0; i < 500; i++)
            Put($"deribit.Y-{i}", new string(' ', SymbolRecord.MaxValueBytes + 1));
        var table = _table.Build(1);
        Assert.Equal(SymbolTableBuilder.MaxEntries, table.Entries.Count);
        Assert.Equal(100, table.Ignored.Count);
    }

    [Fact]
    public void Near_names_what_may_have_been_meant()
    {
        Put("deribit.BTC-*", "{}");
        Put("deribit.ETH-PERPETUAL", "{}");
        Assert.Contains("\"ETH-PERPETUAL\"", _table.Build(1).Near("ETH-PERPETUL"), StringComparison.Ordinal);
        Assert.Empty(_table.Build(1).Near("kind=option currency=SOL"));
    }

    private string Put(string? key, string value) => _table.Apply(key, Encoding.UTF8.GetBytes(value), out _);
}
