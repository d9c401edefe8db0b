using System.Buffers.Binary;
using System.Text;
using Deribit.Client.Protocol;

namespace Deribit.Client.Tests.Session;

[Collection(nameof(AllocationTests))]
[Trait("kind", "integration")]
public sealed class AllocationTests
{
    private const int Frames = 100_000;

    // Waits (one per burst, not per frame) and the exchange's own writes are counted too, hence not exactly zero. A debug build allocates
    // the state machine of every call of an async method; one array per frame would be 500 bytes and more.
#if DEBUG
    private const double MostBytesPerFrame = 300;
#else
    private const double MostBytesPerFrame = 32;
#endif

    [Fact]
    public async Task The_way_from_the_socket_to_the_reader_allocates_nothing_per_frame()
    {
        await using var exchange = new FakeExchange();
        var decoder = new CountingDecoder();
        await using var client = new DeribitClient(
            new DeribitClientOptions { Endpoint = exchange.Endpoint, QueueMaxBytes = 1024 * 1024 }, null, null, null, null, decoder);
        using var stop = new CancellationTokenSource();
        var running = client.RunAsync(stop.Token);
        await client.TestAsync(TestContext.Current.CancellationToken);
        var block = Block();
        await PassAsync(exchange, client, decoder, block);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await PassAsync(exchange, client, decoder, block);
        var perFrame = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Frames;
        TestContext.Current.TestOutputHelper?.WriteLine($"{perFrame:0.00} bytes per frame, both ends of the socket and all waits included");

        Assert.True(perFrame < MostBytesPerFrame, $"{perFrame} bytes per frame");
        await stop.CancelAsync();
        await running;
    }

    private static async Task PassAsync(FakeExchange exchange, DeribitClient client, CountingDecoder decoder, byte[] block)
    {
        var until = decoder.Count + Frames;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Frames / 100; i++)
            {
                await exchange.Connection(1).RawAsync(block);
            }
        });
        while (decoder.Count < until && await client.WaitToReadAsync(CancellationToken.None))
        {
            while (client.TryRead(out _))
            {
            }
        }

        await sending;
    }

    private static byte[] Block()
    {
        var payload = Encoding.UTF8.GetBytes(
            """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.100ms","data":{"x":"""
            + $"\"{new string('x', 400)}\"" + "}}}");
        var frame = new byte[4 + payload.Length];
        (frame[0], frame[1]) = (0x81, 126);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(frame, 4);
        return [.. Enumerable.Repeat(frame, 100).SelectMany(one => one)];
    }

    private sealed class CountingDecoder : INotificationDecoder
    {
        private readonly Notification _same = new("");

        public int Count { get; private set; }

        public DeribitMessage Decode(ReadOnlySpan<byte> frame, long receivedAtUnixNs, long generation)
        {
            Count++;
            return _same;
        }
    }
}
