using MarketData.Liveness;

namespace MarketData.Deribit;

/// <content>The watch over channels: what they are expected to do, and how what was found enters the ledger.</content>
public sealed partial class DeribitExchange : IChannelLedger
{
    // A ticker comes at least this often even when nothing changes (Deribit API v2, observed).
    private static readonly TimeSpan TickerPromise = TimeSpan.FromSeconds(5);

    private double _checkSlot;

    void IChannelLedger.Add(InstrumentRoute route, string stream, IntegrityKind kind, string detail, long? toId, List<MarketDataEvent> output) =>
        output.Add(new IntegrityEvent
        {
            Exchange = ExchangeName,
            InstrumentName = route.Instrument.Name,
            Key = route.Key,
            ExchangeTimeUnixMs = 0,
            ReceivedAtUnixNs = UnixNow(),
            Epoch = route.Epoch,
            Channel = stream,
            Kind = kind,
            Detail = detail,
            ToId = toId,
        });

    void IChannelLedger.OpenTicker(InstrumentRoute route, string reason, List<MarketDataEvent> output) =>
        OpenTicker(route, IntegrityKind.Stale, reason);

    private ChannelWatch Watch(string channel, TimeSpan promise)
    {
        // Spread over the second half of the interval, as the books' audits are.
        _checkSlot = (_checkSlot + 0.618) % 1;
        var first = _options.AuditInterval > TimeSpan.Zero
            ? _timeProvider.GetTimestamp() + Ticks(_options.AuditInterval * ((1 + _checkSlot) / 2))
            : long.MaxValue;
        var cadence = _options.ProbeAfter > TimeSpan.Zero
            ? new ChannelCadence(Ticks(_options.ProbeAfter), promise == TimeSpan.MaxValue ? long.MaxValue : Ticks(promise))
            : new ChannelCadence(long.MaxValue / 2);
        return new ChannelWatch(channel, cadence, first);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _timeProvider.TimestampFrequency);
}
