using Deribit.Client;

namespace MarketData.Deribit;

/// <content>
/// Which connection carries which instrument. It begins with one. A connection that the exchange ends because its data was read too slowly
/// gives half of its instruments to a new one, until there are as many as the configuration allows. When the exchange refuses a connection
/// (HTTP 429), its instruments go to those that are open, and no more are opened for a while. Instruments move only between losing one
/// connection and being subscribed on the other: the interval that the loss opened is the only one in the ledger.
/// </content>
public sealed partial class DeribitExchange
{
    private InstrumentRoute? RouteOf(string name, Shard shard) => _routes.TryGetValue(name, out var route) && route.Shard == shard ? route : null;

    private IEnumerable<InstrumentRoute> RoutesOf(Shard shard) => _routes.Values.Where(route => route.Shard == shard);

    private void Connected(Shard shard)
    {
        shard.IsUp = true;
        EndMaintenance("The exchange takes connections and calls again.");
        CarriedBy(RoutesOf(shard));
    }

    private void Disconnected(Shard shard, string reason)
    {
        shard.Ending.Clear();
        foreach (var route in RoutesOf(shard))
        {
            route.Ending = default;
            route.TradeWatch?.Reset();
            route.TickerWatch?.Reset();
            if (route.Book is { } book)
                _books.Disconnected(book, reason, _output);
            if (shard.IsUp && route.TickerWatch is not null)
                OpenTicker(route, IntegrityKind.Disconnected, reason);
            _tapes.Find(route.Instrument.Name)?.Disconnected(reason, _output);
        }

        shard.IsUp = false;
    }

    // Instruments are about to be subscribed on a connection that is up.
    private void CarriedBy(IEnumerable<InstrumentRoute> routes)
    {
        // Also when the connection is an older one: the epochs of an instrument never fall.
        _epoch++;
        foreach (var route in routes)
        {
            route.Epoch = _epoch;
            if (route.Book is { } book)
                _books.Connected(book, _epoch, _output);
            if (route.TickerWatch is not null)
                AddTicker(route, IntegrityKind.Connected, null, null);
            _tapes.Find(route.Instrument.Name)?.Connected(_epoch, _output);
        }
    }

    private void ReadTooSlowly(Shard shard)
    {
        if (_stopCalls.IsCancellationRequested)
            return;
        // Every second one by name: options of one expiry, which are busy together, are next to each other.
        List<InstrumentRoute> half =
        [
            .. RoutesOf(shard).OrderBy(route => route.Instrument.Name, StringComparer.Ordinal).Where((_, index) => index % 2 == 1),
        ];
        if (half.Count == 0 || _shards.Open() is not { } another)
        {
            AdapterLog.NoMoreConnections(_logger, shard.Number, _shards.All.Count, _options.Connection.MaxConnections);
            return;
        }

        AdapterLog.ConnectionAdded(_logger, shard.Number, half.Count, another.Number, _shards.All.Count, _options.Connection.MaxConnections);
        Move(half, another);
    }

    // A connection that the exchange refuses: the others carry what it did. One that is alone keeps trying, after a cool-down.
    private void ObeyConnectionLimit()
    {
        foreach (var shard in _shards.All)
        {
            if (shard.IsUp || !shard.Client.Status.TooManyConnections || !_shards.All.Any(one => one.IsUp))
                continue;
            var (wasFirst, routes) = (shard == _shards.First, RoutesOf(shard).ToArray());
            _shards.GiveUp(shard);
            AdapterLog.ConnectionRefused(_logger, shard.Number, routes.Length, _shards.All.Count);
            if (wasFirst)
                SubscribeNews();
            var share = Math.Max(1, (routes.Length + _shards.All.Count - 1) / _shards.All.Count);
            foreach (var part in routes.Chunk(share))
                Move(part, _shards.Lightest());
        }
    }

    private void SubscribeNews() => _shards.First.Client.Subscribe(
        [DeribitChannels.PlatformState, DeribitChannels.InstrumentState(), DeribitChannels.InstrumentCreation()]);

    private void Move(IReadOnlyList<InstrumentRoute> routes, Shard to)
    {
        foreach (var from in routes.GroupBy(route => route.Shard))
            Unsubscribe(from.Key, from);
        foreach (var route in routes)
        {
            route.Shard.Instruments--;
            to.Instruments++;
            route.Shard = to;
            route.Ending = default;
            foreach (var channel in route.Channels)
            {
                if (KindOf(channel) is var (name, kind) && to.Ending.Contains((name, kind)))
                    route.Ending |= kind;
            }
        }

        if (to.IsUp)
            CarriedBy(routes);
        to.Client.Subscribe(routes.SelectMany(route => route.Channels));
    }

    private static void Unsubscribe(Shard shard, IEnumerable<InstrumentRoute> routes)
    {
        foreach (var channel in shard.Client.Unsubscribe(routes.SelectMany(route => route.Channels)))
        {
            if (KindOf(channel) is var (name, kind))
                shard.Ending.Add((name, kind));
        }
    }
}
