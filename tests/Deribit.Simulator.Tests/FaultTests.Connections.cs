using System.Net.WebSockets;
using Deribit.Simulator.Faults;

namespace Deribit.Simulator.Tests;

public sealed partial class FaultTests
{
    [Fact]
    public async Task Stall_sends_and_receives_nothing_and_ends_without_loss()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.Stall, ConnectionId = 1, Duration = TimeSpan.FromSeconds(1) });
        var call = await rig.Client.SendCallAsync("public/test");
        rig.Server.Market.Advance(50);
        await using var other = await SimClient.ConnectAsync(rig.Server);
        await other.CallAsync("public/test");
        await rig.Client.ReplyAsync(call);
        await rig.AdvanceAsync(Book, 1);
        BookReplica.From(await rig.Client.FramesAsync(Book)).AssertEquals(rig.Server.Market.GetBook("BTC-PERPETUAL"));
    }

    [Fact]
    public async Task Close_carries_code_and_reason_and_abort_neither()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.Close, Code = 1012, Reason = "service restart" });
        await rig.Client.Ended.WaitAsync(SimClient.Patience, Cancel);
        Assert.Equal((1012, "service restart"), ((int)rig.Client.CloseStatus!, rig.Client.CloseReason));

        await using var second = await SimClient.ConnectAsync(rig.Server);
        await second.CallAsync("public/test");
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.Abort });
        await second.Ended.WaitAsync(SimClient.Patience, Cancel);
        Assert.Null(second.CloseStatus);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Refused_connections_fail_until_cleared(int code)
    {
        await using var rig = await Rig.StartAsync();
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.RefuseConnections, Code = code });
        var error = await Assert.ThrowsAsync<WebSocketException>(() => SimClient.ConnectAsync(rig.Server));
        if (code > 0)
        {
            Assert.Contains($"{code}", error.Message, StringComparison.Ordinal);
        }

        Assert.True((await rig.Client.CallAsync("public/test")).TryGetProperty("result", out _));
        rig.Server.Faults.Clear();
        await using var again = await SimClient.ConnectAsync(rig.Server);
        Assert.True((await again.CallAsync("public/test")).TryGetProperty("result", out _));
    }
}
