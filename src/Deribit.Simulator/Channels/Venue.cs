using System.Text.Json;
using Deribit.Simulator.Rpc;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Channels;

/// <summary>
/// What is on show behind the protocol: the synthetic market or a recording. Every member is called with the hub's gate held,
/// except <see cref="RunAsync"/>, which is the loop that takes it.
/// </summary>
internal abstract class Venue(Hub hub)
{
    private readonly Dictionary<string, Channel> _channels = [];

    protected Hub Hub => hub;

    /// <summary>The channel of that name, or null when it does not exist: the exchange then leaves it out of its reply silently.</summary>
    public Channel? Find(string name)
    {
        if (_channels.TryGetValue(name, out var channel))
        {
            return IsListed(channel) ? channel : null;
        }

        if (ChannelName.Parse(name) is not { } parsed || Create(name, parsed) is not { } created)
        {
            return null;
        }

        _channels.Add(name, created);
        return created;
    }

    protected IEnumerable<Channel> Channels => _channels.Values;

    /// <summary>A maintenance break: every call is answered with 11051.</summary>
    public bool InMaintenance { get; protected set; }

    /// <summary>Runs until cancelled.</summary>
    public abstract Task RunAsync(CancellationToken cancellation);

    /// <summary>The frames that a new subscriber gets first. May use <paramref name="scratch"/>, which the caller reads at once.</summary>
    public abstract IEnumerable<ReadOnlyMemory<byte>> InitialData(Channel channel, ByteWriter scratch);

    public abstract void WriteInstruments(ByteWriter json, string currency, string kind);

    public abstract RpcError? WriteInstrument(ByteWriter json, string instrument);

    public abstract RpcError? WriteOrderBook(ByteWriter json, string instrument, int depth);

    public abstract RpcError? WriteTicker(ByteWriter json, string instrument);

    public abstract RpcError? WriteTrades(ByteWriter json, string instrument, TradeQuery query);

    /// <summary>The candles of an instrument's trades; a recording has none.</summary>
    public virtual RpcError? WriteCandles(ByteWriter json, string instrument, SeriesQuery query) => RpcError.NotImplemented;

    /// <summary>The funding of a perpetual, hour by hour; a recording has none.</summary>
    public virtual RpcError? WriteFunding(ByteWriter json, string instrument, SeriesQuery query) => RpcError.NotImplemented;

    /// <summary>The volatility index of a currency; a recording has none.</summary>
    public virtual RpcError? WriteVolatility(ByteWriter json, string currency, SeriesQuery query) => RpcError.NotImplemented;

    /// <summary>The best prices, for faults that need to cross or leave the book.</summary>
    public abstract (decimal? Bid, decimal? Ask) BestPrices(string instrument);

    /// <summary>Called when a connection subscribed to something.</summary>
    public virtual void OnSubscribed()
    {
    }

    protected abstract Channel? Create(string name, ChannelName parsed);

    protected virtual bool IsListed(Channel channel) => true;

    protected static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
