using System.Text;
using Deribit.Client.Protocol;

namespace Deribit.Client.Tests.Protocol;

public sealed class FrameClassifierTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"a","data":[]}}""", FrameKind.Subscription)]
    [InlineData("""{"params":{"channel":"a","data":{"method":"heartbeat"}},"method":"subscription","jsonrpc":"2.0"}""",
        FrameKind.Subscription)]
    [InlineData(""" { "method" : "subscription" , "params":{}}""", FrameKind.Subscription)]
    [InlineData("""{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""", FrameKind.TestRequest)]
    [InlineData("""{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}""", FrameKind.TestRequest)]
    [InlineData("""{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}""", FrameKind.Heartbeat)]
    [InlineData("""{"jsonrpc":"2.0","method":"heartbeat"}""", FrameKind.Heartbeat)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":[]}""", FrameKind.Reply)]
    [InlineData("""{"usIn":1,"result":[],"id":1}""", FrameKind.Reply)]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":11050}}""", FrameKind.Reply)]
    [InlineData("""{"jsonrpc":"2.0","method":7}""", FrameKind.Invalid)]
    [InlineData("""{"jsonrpc":"2.0"}""", FrameKind.Invalid)]
    [InlineData("""{}""", FrameKind.Invalid)]
    [InlineData("""["method","subscription"]""", FrameKind.Invalid)]
    [InlineData("", FrameKind.Invalid)]
    [InlineData("{", FrameKind.Invalid)]
    [InlineData("nonsense", FrameKind.Invalid)]
    public void A_frame_is_told_by_its_members_in_any_order(string frame, object kind) =>
        Assert.Equal((FrameKind)kind, FrameClassifier.Classify(Encoding.UTF8.GetBytes(frame)));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"platform_state","data":{"maintenance":true}}}""", true)]
    [InlineData("""{"params":{"data":{"maintenance": true},"channel":"platform_state"},"method":"subscription"}""", true)]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"platform_state","data":{"maintenance":false}}}""", false)]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"platform_state","data":{"locked":true}}}""", false)]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"announcements","data":{"maintenance":true}}}""", false)]
    public void Maintenance_is_announced_only_by_platform_state(string frame, bool announces) =>
        Assert.Equal(announces, FrameClassifier.AnnouncesMaintenance(Encoding.UTF8.GetBytes(frame)));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"platform_state","data":{"maintenance":false}}}""", true)]
    [InlineData("""{"params":{"data":{"maintenance": false},"channel":"platform_state"},"method":"subscription"}""", true)]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"platform_state","data":{"maintenance":true}}}""", false)]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"announcements","data":{"maintenance":false}}}""", false)]
    public void Maintenance_is_ended_only_by_platform_state(string frame, bool ends) =>
        Assert.Equal(ends, FrameClassifier.EndsMaintenance(Encoding.UTF8.GetBytes(frame)));

    [Fact]
    public void Any_cut_of_a_frame_is_classified_without_an_exception()
    {
        var frame = Encoding.UTF8.GetBytes("""{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0","id":"\u00e4"}""");
        for (var length = 0; length <= frame.Length; length++)
        {
            _ = FrameClassifier.Classify(frame.AsSpan(0, length));
            for (var at = 0; at < length; at++)
            {
                var broken = frame[..length];
                broken[at] = 0xFF;
                _ = FrameClassifier.Classify(broken);
            }
        }
    }
}
