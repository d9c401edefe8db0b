using System.Globalization;

using Deribit.Client;

namespace MarketData.Deribit;

/// <content>
/// What the exchange says of itself. Maintenance and the lock of an index are intervals of the channel <c>connection</c>, of no instrument: one
/// opening and one closing event each. While maintenance lasts, nothing is resynchronised and nothing is probed: every call is refused then.
/// </content>
public sealed partial class DeribitExchange
{
    private readonly Dictionary<string, long> _lockedIndices = new(StringComparer.Ordinal);
    private long _maintenanceSinceUnixMs;
    private long _skewedSinceUnixMs;

    // Every connection brings the same news: only the first one of them is any.
    private void ApplyPlatformState(DeribitPlatformState state)
    {
        if (state.Maintenance is { } maintenance)
        {
            if (maintenance != _shards.InMaintenance)
                AdapterLog.Maintenance(_logger, maintenance);
            if (!maintenance)
                EndMaintenance("The exchange ended its maintenance.");
            else if (!_shards.InMaintenance)
                BeginMaintenance();
        }

        if (state is not { PriceIndex: { } index, Locked: { } locked })
            return;
        // Bounded, so that a hostile feed cannot fill the memory with names.
        if (locked && _lockedIndices.Count < 1000 && _lockedIndices.TryAdd(index, NowUnixMs()))
        {
            AdapterLog.IndexLocked(_logger, LogText.Of(index), true);
            AddPlatform(IntegrityKind.Stale, $"The exchange locked the index {LogText.Of(index)}: its instruments are not traded.", _lockedIndices[index]);
        }
        else if (!locked && _lockedIndices.Remove(index, out var since))
        {
            AdapterLog.IndexLocked(_logger, LogText.Of(index), false);
            AddPlatform(IntegrityKind.Resynced, $"The exchange unlocked the index {LogText.Of(index)}.", since);
        }
    }

    private void BeginMaintenance()
    {
        (_shards.InMaintenance, _maintenanceSinceUnixMs) = (true, NowUnixMs());
        AddPlatform(IntegrityKind.Stale, "The exchange is in maintenance.", _maintenanceSinceUnixMs);
    }

    private void EndMaintenance(string detail)
    {
        if (_shards.InMaintenance)
            AddPlatform(IntegrityKind.Resynced, detail, _maintenanceSinceUnixMs);
        _shards.InMaintenance = false;
    }

    // Published times are wrong by the skew from about here on: an interval of the ledger like any other.
    private void ClockChanged()
    {
        if (_clock.IsSkewed)
            _skewedSinceUnixMs = NowUnixMs();
        var skew = string.Create(CultureInfo.InvariantCulture, $"{_clock.Skew?.TotalSeconds:0.###} s behind the exchange's");
        AddPlatform(
            _clock.IsSkewed ? IntegrityKind.Stale : IntegrityKind.Resynced,
            _clock.IsSkewed ? $"Our clock is {skew}: received_at cannot be compared with the exchange's times." : $"Our clock is right again, {skew}.",
            _skewedSinceUnixMs);
    }

    private void AddPlatform(IntegrityKind kind, string detail, long sinceUnixMs) => _output.Add(new IntegrityEvent
    {
        Exchange = ExchangeName,
        InstrumentName = "*",
        Key = $"{ExchangeName}.*",
        ExchangeTimeUnixMs = 0,
        ReceivedAtUnixNs = UnixNow(),
        Epoch = _epoch,
        Channel = "connection",
        Kind = kind,
        FromTimeUnixMs = sinceUnixMs,
        ToTimeUnixMs = kind == IntegrityKind.Resynced ? NowUnixMs() : null,
        Detail = detail,
    });

    private long NowUnixMs() => _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
}
