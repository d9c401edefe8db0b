using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Deribit.Client;

/// <summary>
/// The meter <c>Deribit.Client</c>. Comes in: what connections do, on their threads. Goes out: instruments for whoever listens; while nobody does,
/// each costs one comparison. Owns: the instruments. Several clients may share one.
/// </summary>
public sealed class DeribitClientMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Deribit.Client";

    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _received;
    private readonly Counter<long> _connects;
    private readonly Counter<long> _disconnects;
    private readonly UpDownCounter<long> _connections;
    private readonly Histogram<double> _decode;
    private readonly Histogram<double> _calls;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Where the meter comes from.</param>
    /// <param name="budget">The budget whose credits are shown; null: none are.</param>
    /// <param name="tags">What tells these clients from others of the process; few, and the same for the life of the process.</param>
    public DeribitClientMetrics(
        IMeterFactory meters, DeribitCallBudget? budget = null, params IReadOnlyList<KeyValuePair<string, object?>> tags)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(tags);
        _tags = [.. tags];
        var meter = meters.Create(MeterName);
        _frames = meter.CreateCounter<long>("deribit.client.frames", "{frame}", "Messages received, of any kind.");
        _received = meter.CreateCounter<long>("deribit.client.received", "By", "Bytes of the messages received, after decompression.");
        _connects = meter.CreateCounter<long>("deribit.client.connects", "{connection}", "Attempts to connect, by outcome.");
        _disconnects = meter.CreateCounter<long>("deribit.client.disconnects", "{connection}", "Connections that ended, by reason.");
        _connections = meter.CreateUpDownCounter<long>("deribit.client.connections", "{connection}", "Connections that are open.");
        _decode = meter.CreateHistogram(
            "deribit.client.decode.duration", "s", "Time to decode one notification.", null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 1e-2, 0.1],
            });
        _calls = meter.CreateHistogram(
            "deribit.client.call.duration", "s", "Time from a call's turn in the budget to its reply, by method and outcome.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        if (budget is not null)
        {
            meter.CreateObservableGauge(
                "deribit.client.call_credits", () => new Measurement<double>(budget.CreditsLeft, _tags), "{credit}",
                "Credits that the call budget has left; below zero, calls wait.");
        }
    }

    internal bool MeasuresDecoding => _decode.Enabled;

    internal void Received(int bytes)
    {
        _frames.Add(1, _tags);
        _received.Add(bytes, _tags);
    }

    internal void Decoded(TimeSpan duration) => _decode.Record(duration.TotalSeconds, _tags);

    internal void Connected()
    {
        _connects.Add(1, [.. _tags, new("outcome", "connected")]);
        _connections.Add(1, _tags);
    }

    internal void ConnectFailed(DeribitConnectionFault fault) =>
        _connects.Add(1, [.. _tags, new("outcome", Word(fault))]);

    internal void Disconnected(DeribitDisconnectReason reason)
    {
        _disconnects.Add(1, [.. _tags, new("reason", Word(reason))]);
        _connections.Add(-1, _tags);
    }

    internal void Called(string method, string outcome, TimeSpan duration)
    {
        if (_calls.Enabled)
        {
            _calls.Record(duration.TotalSeconds, [.. _tags, new("method", method), new("outcome", outcome)]);
        }
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
