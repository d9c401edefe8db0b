using System.Globalization;
using System.Text;
using Deribit.Client.Channels;
using Deribit.Client.Json;

namespace Deribit.Client.Tests.Channels;

public sealed class BookDecodingTests
{
    [Fact]
    public void Snapshot_gives_exact_levels_and_no_link()
    {
        string frame = Frames.Book(Frames.BookSnapshot);
        DeribitBook book = Frames.Decode<DeribitBook>(frame);

        Assert.Equal(DeribitBookKind.Snapshot, book.Kind);
        Assert.Equal("book.NVDA_USDC-PERPETUAL.100ms", book.Channel);
        Assert.Equal("NVDA_USDC-PERPETUAL", book.InstrumentName);
        Assert.Equal(1790133840448, book.ExchangeTimeUnixMs);
        Assert.Equal(193809616666, book.ChangeId);
        Assert.Null(book.PreviousChangeId);
        Assert.Equal([new(228.51m, 0.22m), new(228.4m, 13.7m)], book.Bids.ToArray());
        Assert.Equal([new(228.52m, 1000200m)], book.Asks.ToArray());
        Assert.Equal("13.7", book.Bids[1].Amount.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(frame, Encoding.UTF8.GetString(book.RawFrame));
        Assert.Equal((42L, 7L), (book.ReceivedAtUnixNs, book.Generation));
    }

    [Fact]
    public void Change_gives_its_link_and_a_delete_as_amount_zero()
    {
        DeribitBook book = Frames.Decode<DeribitBook>(Frames.Book(Frames.BookChange));

        Assert.Equal(DeribitBookKind.Change, book.Kind);
        Assert.Equal(193809644396, book.PreviousChangeId);
        Assert.Empty(book.Bids.ToArray());
        Assert.Equal([new(228.58m, 91.89m), new(3900m, 0m)], book.Asks.ToArray());
        Assert.Equal(0, book.UnknownActions);
    }

    [Fact]
    public void Frame_without_type_is_a_snapshot_without_a_link_and_a_change_with_one()
    {
        string snapshot = Frames.BookSnapshot.Replace("\"type\":\"snapshot\",", "", StringComparison.Ordinal);
        string change = Frames.BookChange.Replace("\"type\":\"change\",", "", StringComparison.Ordinal);

        Assert.Equal(DeribitBookKind.Snapshot, Frames.Decode<DeribitBook>(Frames.Book(snapshot)).Kind);
        Assert.Equal(DeribitBookKind.Change, Frames.Decode<DeribitBook>(Frames.Book(change)).Kind);
    }

    [Theory]
    [InlineData("\"timestamp\":1790133845258,", "timestamp")]
    [InlineData("\"change_id\":193809650259,", "change_id")]
    [InlineData("\"bids\":[],", "bids")]
    [InlineData(",\"prev_change_id\":193809644396", "prev_change_id")]
    [InlineData(",\"asks\":[[\"change\",228.58,91.89],[\"delete\",3.9e3,0.0]]", "asks")]
    public void Missing_required_member_is_unusable_and_named(string member, string name)
    {
        Assert.Contains(member, Frames.BookChange, StringComparison.Ordinal);
        DeribitUnusableFrame unusable =
            Frames.Decode<DeribitUnusableFrame>(Frames.Book(Frames.BookChange.Replace(member, "", StringComparison.Ordinal)));

        Assert.Contains($"'{name}'", unusable.Reason, StringComparison.Ordinal);
        Assert.Equal("book.NVDA_USDC-PERPETUAL.100ms", unusable.Channel);
        Assert.Equal("NVDA_USDC-PERPETUAL", unusable.InstrumentName);
    }

    [Theory]
    [InlineData("\"timestamp\":1,")]
    [InlineData("\"change_id\":1,")]
    [InlineData("\"type\":\"change\",")]
    [InlineData("\"bids\":[],")]
    [InlineData("\"instrument_name\":\"NVDA_USDC-PERPETUAL\",")]
    [InlineData("\"b\\u0069ds\":[],")]
    public void Fault_30_duplicate_member_is_unusable(string member)
    {
        string frame = Frames.Book(Frames.BookChange.Insert(1, member));

        Assert.Contains("occurs twice", Frames.Reason(frame), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new", "0")]
    [InlineData("new", "0.0")]
    [InlineData("change", "0")]
    [InlineData("change", "-1")]
    [InlineData("new", "-0.5")]
    [InlineData("replace", "-1")]
    [InlineData("new", "NaN")]
    [InlineData("new", "null")]
    public void Fault_11_amount_that_makes_no_sense_is_unusable_with_its_raw_bytes(string action, string amount)
    {
        string frame = Frames.Book(Frames.BookChange.Replace("[\"change\",228.58,91.89]", $"[\"{action}\",228.58,{amount}]", StringComparison.Ordinal));
        DeribitUnusableFrame unusable = Frames.Decode<DeribitUnusableFrame>(frame);

        Assert.Equal("NVDA_USDC-PERPETUAL", unusable.InstrumentName);
        Assert.Equal(frame, Encoding.UTF8.GetString(unusable.Raw.Span));
    }

    [Fact]
    public void Fault_12_numbers_of_every_form_in_levels_are_exact()
    {
        string data = Frames.BookChange.Replace(
            "\"bids\":[]",
            """ "bids":[["new",-0.5,1.5e4],["new",-0,20.0],["change",12345678.123456789,1e-8],["delete",86776.0,0e0],["new",0.10,7]]""",
            StringComparison.Ordinal);
        DeribitBook book = Frames.Decode<DeribitBook>(Frames.Book(data));

        Assert.Equal(
            [new(-0.5m, 15000m), new(0m, 20m), new(12345678.123456789m, 0.00000001m), new(86776m, 0m), new(0.1m, 7m)], book.Bids.ToArray());
    }

    [Fact]
    public void Fault_12_number_of_29_digits_is_unusable_and_named()
    {
        string data = Frames.BookChange.Replace("228.58", "0.12345678901234567890123456789", StringComparison.Ordinal);

        Assert.Contains("0.12345678901234567890123456789", Frames.Reason(Frames.Book(data)), StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_14_unknown_action_is_decided_by_amount_and_counted()
    {
        string data = Frames.BookChange.Replace(
            "\"bids\":[]", """ "bids":[["replace",10.5,3.0],["drop",10.0,0.0],["new",9.5,1.0]]""", StringComparison.Ordinal);
        DeribitBook book = Frames.Decode<DeribitBook>(Frames.Book(data));

        Assert.Equal([new(10.5m, 3m), new(10m, 0m), new(9.5m, 1m)], book.Bids.ToArray());
        Assert.Equal(2, book.UnknownActions);
        Assert.Equal("drop", book.UnknownAction);
    }

    [Fact]
    public void Fault_16_unknown_members_are_ignored_wherever_they_stand()
    {
        string data = Frames.BookChange.Insert(1, """ "new_field":{"a":[1,{"b":null}]},""")
            .Replace(",\"prev_change_id\"", ",\"x\":\"\\u0041\",\"prev_change_id\"", StringComparison.Ordinal);

        Assert.Equal(193809644396, Frames.Decode<DeribitBook>(Frames.Book(data)).PreviousChangeId);
    }

    [Theory]
    [InlineData("\"change_id\":193809650259", "\"change_id\":\"193809650259\"")]
    [InlineData("\"change_id\":193809650259", "\"change_id\":1.5")]
    [InlineData("\"bids\":[]", "\"bids\":{}")]
    [InlineData("\"bids\":[]", "\"bids\":[[228.5,1.0]]")]
    [InlineData("\"bids\":[]", "\"bids\":[[\"new\",228.5]]")]
    [InlineData("\"bids\":[]", "\"bids\":[[\"new\",228.5,1.0,2.0]]")]
    [InlineData("\"bids\":[]", "\"bids\":[[]]")]
    [InlineData("\"bids\":[]", "\"bids\":[[\"new\",228.5,1.0],]")]
    [InlineData("\"type\":\"change\"", "\"type\":\"reset\"")]
    [InlineData("\"instrument_name\":\"NVDA_USDC-PERPETUAL\"", "\"instrument_name\":\"BTC-PERPETUAL\"")]
    public void Fault_16_required_member_of_another_type_is_unusable(string from, string to)
    {
        Assert.Contains(from, Frames.BookChange, StringComparison.Ordinal);

        Frames.Decode<DeribitUnusableFrame>(Frames.Book(Frames.BookChange.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void Integral_id_written_as_float_is_accepted()
    {
        string data = Frames.BookChange.Replace("193809650259", "1.93809650259e11", StringComparison.Ordinal)
            .Replace("193809644396", "193809644396.0", StringComparison.Ordinal);
        DeribitBook book = Frames.Decode<DeribitBook>(Frames.Book(data));

        Assert.Equal((193809650259L, 193809644396L), (book.ChangeId, book.PreviousChangeId));
    }

    [Fact]
    public void White_space_everywhere_changes_nothing()
    {
        string spaced = Frames.Book(Frames.BookChange);
        foreach (char c in "{}[],:") spaced = spaced.Replace(c.ToString(), $" {c}\r\n\t", StringComparison.Ordinal);
        DeribitBook book = Frames.Decode<DeribitBook>(spaced);

        Assert.Equal([new(228.58m, 91.89m), new(3900m, 0m)], book.Asks.ToArray());
    }

    [Fact]
    public void Fault_54_more_levels_than_the_cap_are_unusable()
    {
        static string Book(int levels) => Frames.Book(Frames.BookChange.Replace(
            "\"bids\":[]", $"\"bids\":[{string.Join(',', Enumerable.Repeat("[\"new\",1.5,2.0]", levels))}]", StringComparison.Ordinal));

        Assert.Equal(LevelList.MaxLevels, Frames.Decode<DeribitBook>(Book(LevelList.MaxLevels)).Bids.Length);
        Assert.Contains("100000 levels", Frames.Reason(Book(LevelList.MaxLevels + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Grouped_book_gives_pairs()
    {
        DeribitGroupedBook book = Frames.Decode<DeribitGroupedBook>(Frames.Notification(
            "book.BTC_USDC-PERPETUAL.none.20.100ms",
            """{"timestamp":1790133841369,"change_id":193809623552,"instrument_name":"BTC_USDC-PERPETUAL","bids":[[86775.8,0.216],[86773.4,0.0477]],"asks":[[86776.0,0.0009]]}"""));

        Assert.Equal(193809623552, book.ChangeId);
        Assert.Equal("BTC_USDC-PERPETUAL", book.InstrumentName);
        Assert.Equal([new(86775.8m, 0.216m), new(86773.4m, 0.0477m)], book.Bids.ToArray());
        Assert.Equal([new(86776m, 0.0009m)], book.Asks.ToArray());
    }

    [Theory]
    [InlineData("[1.5,0]")]
    [InlineData("[1.5,-2]")]
    [InlineData("[1.5]")]
    [InlineData("[1.5,2,3]")]
    [InlineData("[\"new\",1.5,2]")]
    public void Grouped_book_with_a_level_that_makes_no_sense_is_unusable(string level) => Frames.Decode<DeribitUnusableFrame>(Frames.Notification(
        "book.BTC-PERPETUAL.none.20.100ms", $$"""{"timestamp":1,"change_id":2,"instrument_name":"BTC-PERPETUAL","bids":[{{level}}],"asks":[]}"""));

    [Fact]
    public void Reused_message_carries_nothing_over()
    {
        NotificationDecoder decoder = new();
        string unknown = Frames.BookChange.Replace("\"bids\":[]", """ "bids":[["replace",10.5,3.0]]""", StringComparison.Ordinal);
        decoder.Decode(Encoding.UTF8.GetBytes(Frames.Book(unknown)), 1, 1);
        DeribitBook book = Assert.IsType<DeribitBook>(decoder.Decode(Encoding.UTF8.GetBytes(Frames.Book(Frames.BookSnapshot)), 2, 3));

        Assert.Equal((0, null), (book.UnknownActions, book.UnknownAction));
        Assert.Null(book.PreviousChangeId);
        Assert.Equal(2, book.Bids.Length);
        Assert.Equal((2L, 3L), (book.ReceivedAtUnixNs, book.Generation));
    }
}
