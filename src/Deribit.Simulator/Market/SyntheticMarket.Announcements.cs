using Deribit.Simulator.Channels;
using Deribit.Simulator.Instruments;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Market;

/// <content>What the platform announces: maintenance, locks, listings and expiries. Needs the gate.</content>
internal sealed partial class SyntheticMarket
{
    private readonly HashSet<string> _lockedIndices = [];

    /// <summary>Announces the beginning or the end of a maintenance break. Needs the gate, as the next ones do.</summary>
    public void SetMaintenance(bool on)
    {
        Announce(ChannelFamily.PlatformState, null, json => json.Text(on ? "{\"maintenance\":true}" : "{\"maintenance\":false}"));
        InMaintenance = on;
    }

    public void LockIndex(string index, bool locked)
    {
        _ = locked ? _lockedIndices.Add(index) : _lockedIndices.Remove(index);
        Announce(ChannelFamily.PlatformState, null, json => WriteLock(json, index));
    }

    public void AllowPublicRequests(bool allowed) => Announce(
        ChannelFamily.PublicMethodsState, null,
        json => json.Text("{\"allow_unauthenticated_public_requests\":" + (allowed ? "true}" : "false}")));

    /// <summary>Lists one more instrument; null takes the next of the catalogue. Returns its name.</summary>
    /// <exception cref="ArgumentException">The name is taken, or no instrument name.</exception>
    public string List(string? name)
    {
        name ??= _catalogue.FirstOrDefault(candidate => !_byName.ContainsKey(candidate.Name))?.Name
            ?? throw new ArgumentException("Every instrument of the catalogue is listed already. Name a new one.", nameof(name));
        if (_byName.ContainsKey(name))
        {
            throw new ArgumentException($"The instrument {name} is listed already. Choose another name.", nameof(name));
        }

        var spec = InstrumentCatalog.Create(name, _instruments.Count)
            ?? throw new ArgumentException($"'{name}' is no instrument name. Use a form such as BTC-28DEC29-100000-C.", nameof(name));
        _nowUnixMs = Hub.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var instrument = Admit(spec with { Weight = Math.Max(spec.Weight, 1) });
        foreach (var channel in Channels.Where(one => one.Parsed.Family == ChannelFamily.TradesByKind && Covers(one, instrument)))
        {
            instrument.TradeChannels.Add(channel);
        }

        Reweigh();
        Announce(ChannelFamily.InstrumentCreation, instrument, json => InstrumentJson.Write(json, spec, "open", _nowUnixMs));
        AnnounceState(instrument, "open");
        return name;
    }

    /// <summary>Takes an instrument off the market: settlement, delivered, archivized; its book stops.</summary>
    /// <exception cref="ArgumentException">No such instrument.</exception>
    public void Expire(string name)
    {
        var instrument = Listed(name);
        foreach (var state in (ReadOnlySpan<string>)["settlement", "delivered", "archivized"])
        {
            AnnounceState(instrument, state);
        }

        Reweigh();
    }

    /// <summary>Sets and announces a state such as <c>locked</c> or <c>open</c>; only an open book moves.</summary>
    /// <exception cref="ArgumentException">No such instrument.</exception>
    public void SetState(string name, string state)
    {
        AnnounceState(Listed(name), state);
        Reweigh();
    }

    private SimInstrument Listed(string name) =>
        Instrument(name) ?? throw new ArgumentException($"There is no instrument {name}. See get_instruments.", nameof(name));

    private void WriteLock(ByteWriter json, string index)
    {
        json.Text(_lockedIndices.Contains(index) ? "{\"locked\":true,\"price_index\":" : "{\"locked\":false,\"price_index\":");
        json.Quoted(index);
        json.Raw(",\"reasons\":[]}"u8);
    }

    private void AnnounceState(SimInstrument instrument, string state)
    {
        instrument.State = state;
        Announce(ChannelFamily.InstrumentState, instrument, json =>
        {
            json.Raw("{\"timestamp\":"u8);
            json.Integer(Hub.Time.GetUtcNow().ToUnixTimeMilliseconds());
            json.Raw(",\"state\":"u8);
            json.Quoted(state);
            json.Raw(",\"instrument_name\":"u8);
            json.Quoted(instrument.Spec.Name);
            json.Byte((byte)'}');
        });
    }

    private void Announce(ChannelFamily family, SimInstrument? about, Action<ByteWriter> write)
    {
        foreach (var channel in Channels.Where(one => one.Parsed.Family == family && (about is null || Covers(one, about))))
        {
            _data.Clear();
            write(_data);
            Hub.Publish(channel, _data.Written, 0);
        }

        Hub.Flush();
    }
}
