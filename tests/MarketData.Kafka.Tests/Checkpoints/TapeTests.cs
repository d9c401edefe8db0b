using System.Text;
using MarketData.Kafka.Checkpoints;
using MarketData.Trades;

namespace MarketData.Kafka.Tests.Checkpoints;

public sealed class TapeTests
{
    [Fact]
    public void End_moves_with_a_tape_that_has_no_holes()
    {
        var end = new TapeEnd();
        for (var sequence = 5; sequence <= 8; sequence++)
            end.Acknowledged(Trade(sequence), completeUpTo: sequence, partition: 2, offset: 100 + sequence);
        Assert.Equal((8L, 2, 108L, false), (end.Position!.TradeSequence, end.Partition, end.Offset, end.HasHole));
    }

    [Fact]
    public void End_never_passes_an_open_hole()
    {
        var end = new TapeEnd();
        end.Acknowledged(Trade(5), 5, 2, 100);
        end.Acknowledged(Trade(8), 5, 2, 101);
        Assert.Equal((5L, 100L, true), (end.Position!.TradeSequence, end.Offset, end.HasHole));
        end.Acknowledged(Trade(6), 6, 2, 102);
        Assert.Equal((6L, true), (end.Position!.TradeSequence, end.HasHole));
        // The last missing one: complete up to the trade that was published before it.
        end.Acknowledged(Trade(7), 8, 2, 103);
        Assert.Equal(("id8", 103L, false), (end.Position!.TradeId, end.Offset, end.HasHole));
    }

    [Fact]
    public void Checkpoint_of_a_tape_with_a_hole_lets_a_search_find_what_stands_behind_it()
    {
        var end = new TapeEnd();
        end.Acknowledged(Trade(5), 5, 2, 100);
        end.Acknowledged(Trade(8), 5, 2, 101);
        // A part of the hole is filled, behind what was published: the next search begins before that all the same.
        end.Acknowledged(Trade(6), 6, 2, 102);
        Assert.Equal((6L, 100L), (end.Position!.TradeSequence, end.Offset));

        var next = new TapeEnd();
        next.Adopt(Trade(6) with { Ahead = [Trade(8)] }, 2, end.Offset);
        Assert.Equal((true, 100L), (next.HasHole, next.Offset));
        Assert.Empty(next.Position!.Ahead);
        next.Acknowledged(Trade(7), completeUpTo: 8, partition: 2, offset: 103);
        Assert.Equal(("id8", false, 103L), (next.Position!.TradeId, next.HasHole, next.Offset));
    }

    [Fact]
    public void Tape_whose_beginning_is_not_known_moves_no_end()
    {
        var end = new TapeEnd();
        end.Acknowledged(Trade(150), TradeEvent.BeginningUnknown, 2, 100);
        Assert.Equal((null, true), (end.Position, end.HasHole));
        end.Adopt(Trade(100), 2, 50);
        end.Acknowledged(Trade(151), TradeEvent.BeginningUnknown, 2, 101);
        Assert.Equal(100, end.Position!.TradeSequence);
        // What was acknowledged before the position was known bounds what its checkpoint covers.
        Assert.Equal((true, 50L), (end.HasHole, end.Offset));
        end.Acknowledged(Trade(152), 152, 2, 102);
        Assert.Equal((152L, false, 102L), (end.Position!.TradeSequence, end.HasHole, end.Offset));
        var content = new SpillContent();
        content.Add(Spilled(150, TradeEvent.BeginningUnknown));
        Assert.Empty(content.Trades);
        content.Add(Spilled(151, 151));
        Assert.Equal(151, Assert.Single(content.Trades).Value.TradeSequence);
    }

    private static PendingMessage Spilled(long sequence, long completeUpTo) => new()
    {
        Topic = "market.trades", KeyText = "venue.A-PERP", Key = [1], Value = [], Headers = [],
        ReadFacts = new MessageFacts("venue", "A-PERP", 0, 0, 0, MessageKind.Trade, "trade")
        {
            ToId = sequence, TradeId = $"id{sequence}", CompleteUpTo = completeUpTo,
        },
    };

    [Fact]
    public void Trade_that_is_acknowledged_twice_moves_nothing_back()
    {
        var end = new TapeEnd();
        end.Acknowledged(Trade(5), 5, 2, 100);
        end.Acknowledged(Trade(6), 6, 2, 101);
        end.Acknowledged(Trade(5), 5, 2, 102);
        Assert.Equal(6, end.Position!.TradeSequence);
    }

    [Fact]
    public void Sequence_that_starts_over_is_followed()
    {
        var end = new TapeEnd();
        end.Acknowledged(Trade(5_000), 5_000, 2, 100);
        end.Acknowledged(new TradePosition(1, "new1", 9_999_999), 1, 2, 101);
        Assert.Equal("new1", end.Position!.TradeId);
    }

    [Fact]
    public void Search_follows_the_topic_behind_the_checkpoint()
    {
        var search = new TapeSearch(Trade(5));
        foreach (var (index, sequence) in new[] { 6, 7, 9, 8, 10, 7, 12, 13 }.Index())
            search.Add(Trade(sequence), 100 + index);
        // 11 is missing: whoever goes on asks for it, and does not publish again what stands behind it.
        Assert.Equal(10, search.Position!.TradeSequence);
        Assert.Equal([12L, 13L], search.Position.Ahead.Select(trade => trade.TradeSequence));
        Assert.Equal(106, search.FirstAhead);
    }

    [Fact]
    public void Search_without_a_checkpoint_begins_with_what_it_finds()
    {
        var search = new TapeSearch(null);
        Assert.Null(search.Position);
        search.Add(Trade(70), 0);
        search.Add(Trade(71), 1);
        Assert.Equal(71, search.Position!.TradeSequence);
    }

    [Fact]
    public void Search_follows_a_sequence_that_starts_over()
    {
        var search = new TapeSearch(Trade(5_000));
        search.Add(new TradePosition(1, "new1", 9_999_999), 0);
        search.Add(new TradePosition(2, "new2", 9_999_999), 1);
        Assert.Equal("new2", search.Position!.TradeId);
    }

    [Fact]
    public void Record_of_the_topic_says_where_its_trade_stands()
    {
        var json = """{"data_type":"trade","instrument_name":"A","timestamp":17,"trade_id":"9","trade_seq":3,"x":{"trade_seq":4}}""";
        Assert.Equal(new TradePosition(3, "9", 17), TradeRecord.Read(Encoding.UTF8.GetBytes(json)));
        Assert.Null(TradeRecord.Read("{\"data_type\":\"ticker\"}"u8));
        Assert.Null(TradeRecord.Read("no json"u8));
    }

    [Fact]
    public void Checkpoint_and_progress_survive_their_JSON()
    {
        var checkpoint = new TradeCheckpoint(Trade(7), 3, 99, "p");
        Assert.Equal(checkpoint, TradeCheckpoint.Read(checkpoint.Write()));
        Assert.Equal("deribit.A", TradeCheckpoint.InstrumentOf(TradeCheckpoint.KeyOf("deribit.A")));
        Assert.Null(TradeCheckpoint.InstrumentOf("claim/trades/1"));
        Assert.Equal(new TradeProgress(5, "p"), TradeProgress.Read(new TradeProgress(5, "p").Write()));
        Assert.Equal(4, TradeProgress.PartitionOf(TradeProgress.KeyOf("host/trades", 4)));
        Assert.Equal(-1, TradeProgress.PartitionOf("trade/deribit.A/4"));
    }

    private static TradePosition Trade(long sequence) => new(sequence, $"id{sequence}", 1_000 + sequence);
}
