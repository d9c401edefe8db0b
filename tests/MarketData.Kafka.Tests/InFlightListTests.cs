using MarketData.Kafka.Tests.Support;

namespace MarketData.Kafka.Tests;

public sealed class InFlightListTests
{
    private readonly InFlightList _list = new();

    [Fact]
    public void Messages_are_sent_in_order_and_removed_in_any()
    {
        var messages = Append(4);
        for (var n = 0; n < 4; n++)
        {
            Assert.Same(messages[n], _list.Next);
            _list.Advance();
        }
        Assert.Null(_list.Next);
        Assert.True(_list.Remove(messages[2]));
        Assert.False(_list.Remove(messages[2]));
        Assert.True(_list.Remove(messages[0]));
        Assert.True(_list.Remove(messages[3]));
        Assert.Equal((1, 1, messages[1].QueuedTimestamp), (_list.Count, _list.Sent, _list.OldestTimestamp));
        Assert.True(_list.Remove(messages[1]));
        Assert.Equal((0, 0, (long?)null), (_list.Count, _list.Sent, _list.OldestTimestamp));
    }

    [Fact]
    public void Retreat_gives_the_same_message_again()
    {
        var messages = Append(2);
        _list.Advance();
        _list.Retreat(messages[0]);
        Assert.Same(messages[0], _list.Next);
        Assert.Equal(0, _list.Sent);
    }

    [Fact]
    public void Rewind_begins_with_the_oldest_and_suspects_what_was_sent_without_a_report()
    {
        var messages = Append(4);
        for (var n = 0; n < 3; n++)
            _list.Advance();
        _list.Remove(messages[0]);
        _list.MarkReported(messages[2], mayBeStored: false);
        _list.Rewind();
        Assert.Same(messages[1], _list.Next);
        Assert.Equal([true, false, false], messages.Skip(1).Select(message => message.MayBeStored));
        Assert.Equal((3, 0), (_list.Count, _list.Sent));
    }

    [Fact]
    public void Removing_the_next_moves_on()
    {
        var messages = Append(2);
        _list.Remove(messages[0]);
        Assert.Same(messages[1], _list.Next);
    }

    [Fact]
    public void Clear_returns_all_and_later_outcomes_find_nothing()
    {
        var messages = Append(3);
        _list.Advance();
        Assert.Equal(messages, _list.Clear());
        Assert.False(_list.Remove(messages[1]));
        Assert.Equal((0, 0), (_list.Count, _list.Sent));
    }

    private List<PendingMessage> Append(int count)
    {
        var factory = new MessageFactory(new KafkaTopics(), "test", TestEvents.Encode);
        var messages = Enumerable.Range(1, count).Select(id => factory.Of(TestEvents.Book("A", id))).ToList();
        foreach (var message in messages)
        {
            message.QueuedTimestamp = TestEvents.IdOf(message.Event!);
            _list.Append(message);
        }
        return messages;
    }
}
