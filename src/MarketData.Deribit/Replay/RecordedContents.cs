using System.Text.Json;

using Deribit.Client;
using MarketData.Deribit.Recording;
using MarketData.Exchanges;

namespace MarketData.Deribit.Replay;

/// <summary>
/// What frames without any record of their session are about. Comes in: frames. Goes out: what a recorder would have written before them: the
/// instruments, a connection, the channels. Owns the names met so far, in their order.
/// </summary>
internal sealed class RecordedContents
{
    private readonly Dictionary<string, Instrument?> _instruments = new(StringComparer.Ordinal);
    private readonly Dictionary<(DeribitChannelKind, string), string> _channels = [];

    /// <summary>Notes a frame.</summary>
    /// <param name="frame">The message.</param>
    /// <param name="exchangeTimeUnixMs">The exchange's time in it; null when it says none.</param>
    /// <returns>Whether it is a notification.</returns>
    public bool TryNote(JsonElement frame, out long? exchangeTimeUnixMs)
    {
        exchangeTimeUnixMs = null;
        if (frame.ValueKind != JsonValueKind.Object
            || !frame.TryGetProperty("method", out var method) || method.ValueKind != JsonValueKind.String || !method.ValueEquals("subscription")
            || !frame.TryGetProperty("params", out var parameters) || parameters.ValueKind != JsonValueKind.Object
            || !parameters.TryGetProperty("channel", out var name) || name.ValueKind != JsonValueKind.String
            || !parameters.TryGetProperty("data", out var data))
        {
            return false;
        }

        var channel = DeribitChannels.Parse(name.GetString()!);
        if (channel is { InstrumentName: { } instrument, Kind: DeribitChannelKind.Book or DeribitChannelKind.Trades or DeribitChannelKind.Ticker })
            Meet(instrument, (channel.Kind, instrument), channel.Name);
        if (channel.Kind == DeribitChannelKind.TradesByKind && data.ValueKind == JsonValueKind.Array)
        {
            foreach (var trade in data.EnumerateArray())
                MeetTrade(trade, channel);
        }

        var item = data.ValueKind == JsonValueKind.Array && data.GetArrayLength() > 0 ? data[0] : data;
        exchangeTimeUnixMs = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("timestamp", out var time)
            && time.ValueKind == JsonValueKind.Number && time.TryGetInt64(out var ms) ? ms : null;
        return true;
    }

    /// <summary>The records before the first frame.</summary>
    /// <param name="atUnixNs">Their time.</param>
    public IEnumerable<FrameRecord> Opening(long atUnixNs)
    {
        yield return new FrameRecord(
            CollectedRecord.Kind, 0, atUnixNs, new CollectedRecord(DeribitExchange.ExchangeName, null, "", [.. _instruments.Values.OfType<Instrument>()]).ToBytes());
        yield return new FrameRecord((byte)DeribitRecordKind.Connected, 1, atUnixNs, """{"authenticated":false,"raw_allowed":true}"""u8.ToArray());
        yield return new FrameRecord(
            (byte)DeribitRecordKind.Acknowledged, 1, atUnixNs,
            JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, IEnumerable<string>> { ["channels"] = _channels.Values }));
    }

    private void MeetTrade(JsonElement trade, DeribitChannel channel)
    {
        if (trade.ValueKind == JsonValueKind.Object && trade.TryGetProperty("instrument_name", out var of)
            && of.ValueKind == JsonValueKind.String && of.GetString() is { Length: > 0 } name && !name.Contains('.', StringComparison.Ordinal))
        {
            Meet(name, (DeribitChannelKind.Trades, name), DeribitChannels.Trades(name, channel.Interval ?? DeribitInterval.Ms100));
        }
    }

    private void Meet(string instrument, (DeribitChannelKind, string) subject, string channel)
    {
        if (!_instruments.ContainsKey(instrument))
            _instruments.Add(instrument, InstrumentFacts.Of(instrument));
        _channels.TryAdd(subject, channel);
    }
}
