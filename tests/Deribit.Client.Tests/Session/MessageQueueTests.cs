using Deribit.Client.Session;

namespace Deribit.Client.Tests.Session;

public sealed class MessageQueueTests
{
    // Counted as nothing, it would let the reader believe that everything up to now was read.
    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(100, 5)]
    public async Task Frame_that_waits_for_room_counts_until_it_is_read(int maxFrames, long maxBytes)
    {
        var queue = new MessageQueue(maxFrames, maxBytes, (_, _, _) => { });
        await queue.WriteFrameAsync("first"u8.ToArray(), 1, 1, TestContext.Current.CancellationToken);
        var second = queue.WriteFrameAsync("second"u8.ToArray(), 2, 1, TestContext.Current.CancellationToken).AsTask();
        Assert.False(second.IsCompleted);
        Assert.Equal((2, 11), (queue.Frames, queue.Bytes));
        Assert.True(queue.TryRead(out var item));
        queue.Return(item);
        Assert.Equal((1, 6), (queue.Frames, queue.Bytes));
        await second;
        Assert.Equal((1, 6), (queue.Frames, queue.Bytes));
        Assert.True(queue.TryRead(out item));
        queue.Return(item);
        Assert.Equal((0, 0), (queue.Frames, queue.Bytes));
    }

    [Fact]
    public async Task Frame_that_is_given_up_while_it_waits_counts_no_more()
    {
        var queue = new MessageQueue(1, 1_000, (_, _, _) => { });
        await queue.WriteFrameAsync("first"u8.ToArray(), 1, 1, TestContext.Current.CancellationToken);
        using var end = new CancellationTokenSource();
        var second = queue.WriteFrameAsync("second"u8.ToArray(), 2, 1, end.Token).AsTask();
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal((1, 5), (queue.Frames, queue.Bytes));
    }
}
