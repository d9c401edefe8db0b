using System.Net.WebSockets;
using Deribit.Simulator.Faults;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Tests;

/// <summary>permessage-deflate (RFC 7692) against the platform's own client.</summary>
[Trait("kind", "integration")]
public sealed class CompressionTests
{
    private const string Book = "book.BTC-PERPETUAL.100ms";

    private static SimulatorOptions One => MarketTests.Still with { Instruments = 1, BookLevels = 400 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Compressed_client_receives_the_same_bytes_as_a_plain_one(bool keepsContext)
    {
        await using var server = await SimulatorServer.StartAsync(One, TestContext.Current.CancellationToken);
        await using var plain = await SimClient.ConnectAsync(server);
        await using var compressed = await SimClient.ConnectAsync(
            server, deflate: new WebSocketDeflateOptions { ServerContextTakeover = keepsContext, ClientContextTakeover = keepsContext });
        Assert.Null(plain.Extensions);
        Assert.Contains("permessage-deflate", compressed.Extensions, StringComparison.Ordinal);
        Assert.Equal(!keepsContext, compressed.Extensions!.Contains("server_no_context_takeover", StringComparison.Ordinal));
        await Until.TrueAsync(() => server.Status.Connections.Count == 2, () => "both connections");
        Assert.Equal([false, true], server.Status.Connections.Select(one => one.Compressed));

        // The client compresses its calls, too.
        await plain.SubscribeAsync(Book);
        await compressed.SubscribeAsync(Book);
        FaultKind[] kinds = [FaultKind.OneByteFragments, FaultKind.EmptyFrame, FaultKind.BinaryFrame, FaultKind.HugeFrame];
        foreach (var kind in kinds)
        {
            server.Faults.Add(new Fault { Kind = kind, Count = 2, Size = 300_000 });
        }

        server.Market.Advance(200);
        await plain.CallAsync("public/test");
        await compressed.CallAsync("public/test");
        var expected = Frames(plain);
        // Not every step of the market changes this book.
        Assert.True(expected.Count >= 100, $"{expected.Count} frames");
        Assert.Contains(expected, frame => frame.Length == 300_000);
        Assert.Contains(expected, frame => frame.Length == 0);
        Assert.Equal(expected, Frames(compressed));
        Assert.Equal(2 * kinds.Length, server.Faults.Applied.Count);
    }

    [Fact]
    public async Task Corrupt_deflate_spares_plain_connections_and_ends_a_compressed_one()
    {
        await using var server = await SimulatorServer.StartAsync(One, TestContext.Current.CancellationToken);
        await using var plain = await SimClient.ConnectAsync(server);
        await plain.SubscribeAsync(Book);
        server.Faults.Add(new Fault { Kind = FaultKind.CorruptDeflate });
        server.Market.Advance(5);
        await plain.CallAsync("public/test");
        Assert.Empty(server.Faults.Applied);

        await using var compressed = await SimClient.ConnectAsync(server, deflate: new WebSocketDeflateOptions());
        await compressed.SubscribeAsync(Book);
        server.Market.Advance(5);
        await compressed.Ended.WaitAsync(SimClient.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketState.Aborted, compressed.State);
        Assert.Equal((FaultKind.CorruptDeflate, 2, Book), (server.Faults.Applied[0].Kind, server.Faults.Applied[0].ConnectionId, server.Faults.Applied[0].Channel));
        await plain.CallAsync("public/test");
    }

    [Fact]
    public async Task Nothing_is_compressed_when_the_options_say_so()
    {
        await using var server = await SimulatorServer.StartAsync(One with { Compression = false }, TestContext.Current.CancellationToken);
        await using var client = await SimClient.ConnectAsync(server, deflate: new WebSocketDeflateOptions());
        Assert.Null(client.Extensions);
        await client.SubscribeAsync(Book);
        await client.FramesAsync(Book);
    }

    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_no_context_takeover")]
    [InlineData("Permessage-Deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=\"15\"", "permessage-deflate; client_no_context_takeover; server_max_window_bits=15")]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate", "permessage-deflate; client_no_context_takeover")]
    [InlineData("x-webkit-deflate-frame", null)]
    [InlineData("permessage-deflate; server_max_window_bits=10", null)]
    [InlineData("permessage-deflate; client_max_window_bits=16", null)]
    [InlineData("permessage-deflate; client_max_window_bits=7", null)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", null)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover", null)]
    [InlineData("permessage-deflate; unheard_of", null)]
    [InlineData("", null)]
    public void Offer_is_answered_as_the_standard_says(string offer, string? answer) =>
        Assert.Equal(answer, DeflateTerms.Choose([offer])?.Answer);

    [Fact]
    public void Bytes_that_cannot_be_inflated_are_no_message() =>
        Assert.Null(MessageInflater.Inflate([0b111, 1, 2, 3], new byte[100], out _));

    private static List<string> Frames(SimClient client) =>
        [.. client.Messages.Where(one => !(one.Valid && one.Json.TryGetProperty("id", out _))).Select(one => one.Text)];
}
