using Deribit.Client;
using MarketData.Exchanges;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MarketData.Deribit.Recording;

/// <summary>
/// Makes the live exchange with a recorder beside it. It keeps one connection, so that a recording is one stream from begin to end, and asks
/// no other host: what it is answered over HTTP would not be in the recording.
/// </summary>
internal sealed class RecordedDeribitProvider(
    DeribitCallBudget budget, IFrameRecorder recorder, TimeProvider time, ILoggerFactory loggers) : IExchangeProvider
{
    /// <inheritdoc/>
    public string Name => DeribitExchange.ExchangeName;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReadSymbols(IConfiguration configuration, ICollection<string> faults) =>
        [.. DeribitExchangeOptions.Read(configuration, []).Symbols];

    /// <inheritdoc/>
    public IExchange Create(IConfiguration configuration, ICollection<string> faults)
    {
        var options = DeribitExchangeOptions.Read(configuration, faults);
        (options.Connection.MaxConnections, options.HistoryUrl) = (1, null);
        var tap = new RecordingTap(recorder, time);
        var exchange = new DeribitExchange(
            options, budget, time, loggers, client => new DeribitClient(client, budget, time, loggers.CreateLogger<DeribitClient>(), tap));
        return new RecordedDeribit(exchange, options.WsUrl, tap);
    }
}
