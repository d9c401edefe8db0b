using System.Net.WebSockets;

namespace Deribit.Simulator.Tests;

public sealed partial class ProtocolTests
{
    [Fact]
    public async Task Platform_and_instrument_channels_announce_what_is_triggered()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync("platform_state", "instrument.state.any.any", "instrument.creation.option.BTC", OneBook[0]);
        // One frame per index follows the subscription.
        Assert.Contains(await client.FramesAsync("platform_state"), one => one.Text.Contains("\"price_index\":\"btc_usd\"", StringComparison.Ordinal));

        server.Market.LockIndex("btc_usd", true);
        await client.MessageAsync(one => one.Channel == "platform_state" && one.Data.TryGetProperty("locked", out var locked) && locked.GetBoolean(), "the lock");
        var name = server.Market.ListInstrument("BTC-28DEC29-123000-C");
        var created = (await client.FramesAsync("instrument.creation.option.BTC"))[0].Data;
        Assert.Equal(name, created.GetProperty("instrument_name").GetString());
        Assert.True(created.TryGetProperty("tick_size", out _));
        Assert.Equal([$"book.{name}.100ms"], await client.SubscribeAsync($"book.{name}.100ms"));

        server.Market.ExpireInstrument(name);
        var states = await client.FramesAsync("instrument.state.any.any", 4);
        Assert.Equal(
            ["open", "settlement", "delivered", "archivized"], states.Select(one => one.Data.GetProperty("state").GetString()));
        Assert.Empty(await client.SubscribeAsync($"ticker.{name}.100ms"));

        server.Market.SetMaintenance(true);
        await client.MessageAsync(one => one.Channel == "platform_state" && one.Text.Contains("\"maintenance\":true", StringComparison.Ordinal), "the notice");
        await client.SendCallAsync("public/test");
        var refused = await client.MessageAsync(one => one.Text.Contains("system_maintenance", StringComparison.Ordinal), "11051");
        Assert.False(refused.Json.TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Market_that_stands_still_moves_no_book_answers_every_call_and_goes_on_when_told()
    {
        await using var server = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = 1, FramesPerSecond = 1_000, EnforceCredits = false }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync(OneBook);
        await client.FramesAsync(OneBook[0], 10);
        server.Market.StandStill(true);
        var still = server.Market.GetBook("BTC-PERPETUAL").ChangeId;
        for (var call = 0; call < 50; call++)
            Assert.True((await client.CallAsync("public/test")).TryGetProperty("result", out _));
        Assert.Equal(still, server.Market.GetBook("BTC-PERPETUAL").ChangeId);
        server.Market.StandStill(false);
        await client.MessageAsync(
            one => one.Channel == OneBook[0] && one.Data.GetProperty("change_id").GetInt64() > still, "the market goes on");
    }

    [Fact]
    public async Task Server_killed_and_brought_back_keeps_port_and_books()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync(OneBook);
        var uri = server.WebSocketUri;
        server.Market.Advance(100);
        await server.StopListeningAsync();
        await client.Ended.WaitAsync(SimClient.Patience, Cancel);
        Assert.Null(client.CloseStatus);
        await Assert.ThrowsAsync<WebSocketException>(() => SimClient.ConnectAsync(server));

        server.Market.Advance(100);
        var book = server.Market.GetBook("BTC-PERPETUAL");
        await server.ResumeAsync(Cancel);
        Assert.Equal(uri, server.WebSocketUri);
        await using var again = await SimClient.ConnectAsync(server);
        await again.SubscribeAsync(OneBook);
        BookReplica.From(await again.FramesAsync(OneBook[0])).AssertEquals(book);
    }
}
