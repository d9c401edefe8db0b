using Deribit.Simulator.Channels;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Replay;

/// <content>
/// Trades: recorded per instrument or per kind and currency, and served to either sort of channel. A trade that was recorded on both
/// reaches each subscriber once, from the channel of its own sort.
/// </content>
internal sealed partial class RecordedVenue
{
    private void ServeTrades(RecordedFrame frame)
    {
        foreach (var trade in frame.Trades)
        {
            Tape(trade.Instrument).Add(trade);
        }

        var seq = frame.Trades.Count > 0 ? frame.Trades[0].Seq : 0;
        if (frame.Channel.Family == ChannelFamily.Trades)
        {
            Pass(frame, "trades." + frame.Channel.Instrument, seq);
            ServeWide(frame, seq);
            return;
        }

        Pass(frame, WideRoute(frame.Channel.Kind, frame.Channel.Currency), seq);
        // An instrument that was also recorded on its own channel gets its trades from there, once.
        foreach (var group in frame.Trades.GroupBy(trade => trade.Instrument).Where(one => !_recordedTradeChannels.Contains(one.Key)))
        {
            var trades = group.ToList();
            if (trades.Count == frame.Trades.Count)
            {
                Pass(frame, "trades." + group.Key, seq);
            }
            else
            {
                PassFiltered(frame, "trades." + group.Key, trades);
            }
        }
    }

    // A frame of one instrument also reaches those who hold its kind, unless that channel was recorded itself.
    private void ServeWide(RecordedFrame frame, long seq)
    {
        if (!_specs.TryGetValue(frame.Channel.Instrument, out var spec))
        {
            return;
        }

        foreach (var channel in Channels)
        {
            if (channel.IsHeld && channel.Parsed.Family == ChannelFamily.TradesByKind
                && spec.MatchesKind(channel.Parsed.Kind) && spec.MatchesCurrency(channel.Parsed.Currency)
                && !_recordedWideRoutes.Contains(WideRoute(channel.Parsed.Kind, channel.Parsed.Currency)))
            {
                Publish(frame, channel, seq);
            }
        }
    }

    private void PassFiltered(RecordedFrame frame, string route, List<RecordedTrade> trades)
    {
        if (!_routes.TryGetValue(route, out var channels))
        {
            return;
        }

        _filtered.Clear();
        var line = frame.Line.Span;
        _filtered.Raw(line[frame.ChannelEnd..frame.Data.Start.Value]);
        Join(_filtered, trades);
        _filtered.Raw(line[frame.Data.End.Value..]);
        foreach (var channel in channels)
        {
            Hub.Publish(channel, line[..frame.ChannelStart], channel.Utf8Name, _filtered.Written, trades[0].Seq);
        }
    }

    private List<RecordedTrade> Tape(string instrument)
    {
        if (!_trades.TryGetValue(instrument, out var tape))
        {
            _trades.Add(instrument, tape = []);
        }

        return tape;
    }

    private static void Join(ByteWriter json, List<RecordedTrade> trades)
    {
        json.Byte((byte)'[');
        for (var i = 0; i < trades.Count; i++)
        {
            if (i > 0)
            {
                json.Byte((byte)',');
            }

            json.Raw(trades[i].Json.Span);
        }

        json.Byte((byte)']');
    }
}
