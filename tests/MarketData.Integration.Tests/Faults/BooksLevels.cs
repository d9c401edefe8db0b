using System.Text.Json;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Compares the levels of one record or Redis value.</summary>
internal static class BooksLevels
{
    public static void AssertLevels(this TopicRecord record, (decimal, decimal)[] bids, (decimal, decimal)[] asks) =>
        record.Json.AssertLevels(bids, asks);

    public static void AssertLevels(this JsonElement book, (decimal, decimal)[] bids, (decimal, decimal)[] asks)
    {
        Assert.Equal(bids, Levels(book, "bids"));
        Assert.Equal(asks, Levels(book, "asks"));
    }

    private static IEnumerable<(decimal, decimal)> Levels(JsonElement book, string side) => book.GetProperty(side).EnumerateArray()
        .Select(level => (level.GetProperty("price").GetDecimal(), level.GetProperty("amount").GetDecimal()));
}
