using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using Published = System.Diagnostics.Metrics.Instrument;

namespace MarketData.Integration.Tests.Telemetry;

/// <summary>Listens to our meters of this process: which instruments there are, and what they said.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Published> _instruments = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, string Tags), (long Count, double Sum, double Last)> _values = new();

    public Measured()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!instrument.Meter.Name.StartsWith("marketdata", StringComparison.Ordinal) && instrument.Meter.Name != "Deribit.Client")
                return;
            _instruments.TryAdd(instrument.Name, instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Every instrument, by name.</summary>
    public IReadOnlyCollection<Published> Instruments => [.. _instruments.Values.OrderBy(one => one.Name, StringComparer.Ordinal)];

    /// <summary>Asks the observable instruments.</summary>
    public void Look() => _listener.RecordObservableInstruments();

    /// <summary>What an instrument said with these tag values, in any order, separated by commas.</summary>
    public (long Count, double Sum, double Last) Of(string name, string tags) =>
        _values.GetValueOrDefault((name, string.Join(',', tags.Split(',').Order(StringComparer.Ordinal))));

    /// <summary>All tag values with which an instrument spoke.</summary>
    public IReadOnlyList<string> TagsOf(string name) =>
        [.. _values.Keys.Where(key => key.Name == name).Select(key => key.Tags).Order(StringComparer.Ordinal)];

    public void Dispose() => _listener.Dispose();

    private void Take(Published instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument.Name, string.Join(',', tags.ToArray().Select(tag => $"{tag.Value}").Order(StringComparer.Ordinal)));
        _values.AddOrUpdate(key, _ => (1, value, value), (_, old) => (old.Count + 1, old.Sum + value, value));
    }
}
