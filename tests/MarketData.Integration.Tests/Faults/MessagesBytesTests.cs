using System.Text;
using System.Text.Json;

using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Frames whose bytes are cut, bloated or not what the protocol allows.</summary>
[Trait("kind", "integration")]
public sealed class MessagesBytesTests(MessagesRig fixture) : IClassFixture<MessagesRig>
{
    private const int LargestFrame = 16 * 1024 * 1024;

    private readonly Rig _rig = fixture.Rig;

    [Fact]
    public async Task Row29_Fragments_of_one_byte_and_a_frame_of_5_MB_are_reassembled()
    {
        var mark = await _rig.MarkAsync();
        var slices = await _rig.ApplyAsync(new Fault { Kind = FaultKind.OneByteFragments, Channel = "book.ETH-PERPETUAL.*", Count = 3 });
        var huge = await _rig.ApplyAsync(new Fault { Kind = FaultKind.HugeFrame, Channel = "book.BTC-PERPETUAL.*" });
        foreach (var frame in slices.Concat(huge))
            await Mark.FirstAsync(() => mark.OrderBooks, one => one.Number("change_id") == frame.ChangeId, "the frame " + frame.Channel);
        await mark.OthersUntouchedAsync();
        Assert.Empty(mark.DeadLetters);
        await _rig.UntilReadyAsync();
        _rig.AssertBooksExact();
    }

    [Fact]
    public async Task Row29_Too_large_binary_and_empty_frames_are_reported_and_the_connection_goes_on()
    {
        var mark = await _rig.MarkAsync();
        var epoch = _rig.Topics.OrderBooks[^1].Epoch();
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.HugeFrame, Channel = "book.BTC-29JUN29.*", Size = LargestFrame + 100_000 });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.BinaryFrame, Channel = "book.SOL_USDC-PERPETUAL.*" });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.EmptyFrame, Channel = "book.BTC_USDC-PERPETUAL.*" });

        var large = await LetterAsync($"cap of {LargestFrame} bytes");
        Assert.Equal(64 * 1024, large.Value.Length);
        Assert.Contains("book.BTC-29JUN29.", Encoding.UTF8.GetString(large.Value), StringComparison.Ordinal);
        var binary = await LetterAsync("binary");
        Assert.Contains("book.SOL_USDC-PERPETUAL.", Encoding.UTF8.GetString(binary.Value), StringComparison.Ordinal);

        // An empty frame has no bytes to keep: the ledger alone tells of it.
        await Mark.FirstAsync(
            () => mark.Integrity, one => !one.IsNull("detail") && one.Text("detail") == "The frame is empty.", "the empty frame");
        await mark.HealedAsync("BTC-29JUN29");
        await mark.HealedAsync("SOL_USDC-PERPETUAL");
        await mark.OthersUntouchedAsync("BTC-29JUN29", "SOL_USDC-PERPETUAL");
        await _rig.UntilReadyAsync();
        Assert.Equal(epoch, _rig.Topics.OrderBooks[^1].Epoch());
        _rig.AssertBooksExact();

        Task<TopicRecord> LetterAsync(string reason) =>
            mark.DeadLetterAsync(reason, one => Reason(one).Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Row29_Invalid_utf8_is_kept_and_costs_only_its_connection()
    {
        var mark = await _rig.MarkAsync();
        var epoch = _rig.Topics.OrderBooks[^1].Epoch();
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.InvalidUtf8, Channel = "book.ETH-29JUN29.*" });

        var letter = await mark.DeadLetterAsync("of the invalid text", one => Reason(one).Contains("UTF-8", StringComparison.Ordinal));
        Assert.Contains((byte)0xFF, letter.Value);
        Assert.StartsWith("{\"jsonrpc\"", Encoding.UTF8.GetString(letter.Value), StringComparison.Ordinal);
        foreach (var name in _rig.Simulator.Market.InstrumentNames)
        {
            await mark.IntegrityAsync(name, "disconnected");
            await mark.IntegrityAsync(name, "resynced");
        }

        await _rig.UntilReadyAsync();
        await Mark.FirstAsync(() => mark.OrderBooks, one => one.Epoch() == epoch + 1, "a book of the next connection");
        Assert.DoesNotContain(mark.Integrity, one => one.Text("channel") is "trade" or "ticker");
        _rig.AssertBooksExact();
    }

    [Fact]
    public async Task Row30_Truncated_nested_repeated_and_marked_json_is_refused_and_others_continue()
    {
        string[] names = ["ETH-29JUN29", "BTC-29JUN29", "SOL_USDC-PERPETUAL", "BTC_USDC-PERPETUAL"];
        var mark = await _rig.MarkAsync();
        var epoch = _rig.Topics.OrderBooks[^1].Epoch();
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.TruncateJson, Channel = $"book.{names[0]}.*" });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.DeepNesting, Channel = $"book.{names[1]}.*" });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.DuplicateKey, Channel = $"book.{names[2]}.*" });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.ByteOrderMark, Channel = $"book.{names[3]}.*" });

        var cut = await LetterAsync(names[0]);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(cut.Value));
        Assert.Equal(("orderbook", names[0]), (cut.Headers["channel"], cut.Headers["instrument"]));
        var nested = await LetterAsync(names[1]);
        Assert.Contains(new string('[', 10_000) + "]", Encoding.UTF8.GetString(nested.Value), StringComparison.Ordinal);
        Assert.Contains("deep", Reason(nested), StringComparison.Ordinal);
        var repeated = await LetterAsync(names[2]);
        Assert.Contains("\"timestamp\":0,\"timestamp\":", Encoding.UTF8.GetString(repeated.Value), StringComparison.Ordinal);
        Assert.Contains("timestamp", Reason(repeated), StringComparison.Ordinal);
        var marked = await LetterAsync(names[3]);
        Assert.Equal([0xEF, 0xBB, 0xBF, (byte)'{'], marked.Value[..4]);

        foreach (var name in names)
            await mark.HealedAsync(name);
        await mark.OthersUntouchedAsync(names);
        await _rig.UntilReadyAsync();
        Assert.Equal(epoch, _rig.Topics.OrderBooks[^1].Epoch());
        Assert.Equal(4, mark.DeadLetters.Count());
        _rig.AssertBooksExact();

        Task<TopicRecord> LetterAsync(string name) => mark.DeadLetterAsync(
            "of " + name, one => Encoding.UTF8.GetString(one.Value).Contains($"book.{name}.", StringComparison.Ordinal));
    }

    private static string Reason(TopicRecord letter) => letter.Headers["reason"];
}
