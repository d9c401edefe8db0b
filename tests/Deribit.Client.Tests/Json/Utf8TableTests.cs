using System.Text;
using Deribit.Client.Json;

namespace Deribit.Client.Tests.Json;

public sealed class Utf8TableTests
{
    [Fact]
    public void Find_of_every_added_key_answers_its_value_and_of_others_null()
    {
        Utf8Table<string> table = new(10_000);
        for (int i = 0; i < 5_000; i++) Assert.True(table.TryAdd(Key(i), $"v{i}"));

        for (int i = 0; i < 5_000; i++) Assert.Equal($"v{i}", table.Find(Key(i)));
        Assert.Null(table.Find(Key(5_000)));
        Assert.Null(table.Find([]));
        Assert.Equal(5_000, table.Count);
    }

    [Fact]
    public void TryAdd_to_a_full_table_is_refused_and_what_is_there_stays()
    {
        Utf8Table<string> table = new(3);
        for (int i = 0; i < 3; i++) Assert.True(table.TryAdd(Key(i), $"v{i}"));

        Assert.False(table.TryAdd(Key(3), "v3"));
        Assert.Equal("v2", table.Find(Key(2)));
    }

    private static byte[] Key(int i) => Encoding.UTF8.GetBytes($"book.BTC-{i}-C.100ms");
}
