using System.Text;

namespace MarketData.Integration.Tests.Faults;

/// <summary>A recording of our own writing, for frames that the synthetic market never makes: levels are given as the exchange spells them.</summary>
internal sealed class BooksRecording : IDisposable
{
    private const long StartUnixMs = 1_760_000_000_000;
    private readonly StringBuilder _lines = new();
    private long _timeUnixMs = StartUnixMs;

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"books-{Guid.NewGuid():N}.ws.jsonl");

    /// <summary>Lets time pass before the next frame.</summary>
    public BooksRecording Wait(TimeSpan time)
    {
        _timeUnixMs += (long)time.TotalMilliseconds;
        return this;
    }

    /// <summary>Adds a snapshot; returns its line.</summary>
    public string Snapshot(string instrument, long changeId, string bids, string asks) => Add(instrument, "snapshot", changeId, null, bids, asks);

    /// <summary>Adds a change; returns its line.</summary>
    public string Change(string instrument, long changeId, long previous, string bids, string asks) =>
        Add(instrument, "change", changeId, previous, bids, asks);

    public void Dispose() => File.Delete(Path);

    private string Add(string instrument, string type, long changeId, long? previous, string bids, string asks)
    {
        var link = previous is null ? "" : $"\"prev_change_id\":{previous},";
        var data = $$"""
            {"timestamp":{{_timeUnixMs++}},"type":"{{type}}",{{link}}"change_id":{{changeId}},"instrument_name":"{{instrument}}","bids":[{{bids}}],"asks":[{{asks}}]}
            """;
        var line = $$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"{{BooksSystem.ChannelOf(instrument)}}","data":""" + data + "}}";
        _lines.Append(line).Append('\n');
        File.WriteAllText(Path, _lines.ToString());
        return line;
    }
}
