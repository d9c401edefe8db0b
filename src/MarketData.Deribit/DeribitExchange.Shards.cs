namespace MarketData.Deribit;

/// <content>
/// Which connection carries which instrument. It begins with one. A connection that the exchange ends because its data was read too slowly
/// gives half of its instruments to a new one, until there are as many as the configuration allows. When the exchange refuses a connection
/// (HTTP 429), its instruments go to those that are open, and no more are opened for a while. Instruments move only between losing one
/// connection and being subscribed on the other: the interval that the loss opened is the only one in the ledger.
/// </content>
public sealed partial class DeribitExchange
{
    // The exchange may count a connection for a moment that it has lost: so long, which is one cool-down and a second refusal.
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(8);

    private InstrumentRoute? RouteOf(string name, Shard shard) => _routes.TryGetValue(name, out var route) && route.Shard == shard ? route : null;

    private IEnumerable<InstrumentRoute> RoutesOf(Shard shard) => _routes.Values.Where(route => route.Shard == shard);

    private void Connected(Shard shard)
    {
        (shard.IsUp, shard.WasUp) = (true, true);
        // Unless it was announced on this connection meanwhile.
        if (!shard.Client.Status.Maintenance)
            EndMaintenance("The exchange takes connections and calls again.");
        Attach(RoutesOf(shard));
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

    // Instruments that are subscribed on a connection that is up.
    private void Attach(IEnumerable<InstrumentRoute> routes)
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

    // A connection that was read too slowly shares its instruments with another one.
    private void Split(Shard shard)
    {
        if (_stopCalls.IsCancellationRequested)
            return;
        var routes = RoutesOf(shard).OrderBy(route => route.Instrument.Name, StringComparer.Ordinal).ToList();
        if ((routes.Count > 1 ? _shards.Open() : null) is { } another)
        {
            AdapterLog.ConnectionAdded(_logger, shard.Number, routes.Count / 2, another.Number, _shards.All.Count, _options.Connection.MaxConnections);
        }
        else
        {
            another = _shards.LeastLoaded();
            AdapterLog.NoMoreConnections(_logger, shard.Number, _shards.All.Count, _options.Connection.MaxConnections);
            if (another.Instruments >= routes.Count / 2)
                return;
        }

        // Every second one by name: options of one expiry, which are busy together, are next to each other.
        Move([.. routes.Where((_, index) => index % 2 == 1).Take((routes.Count - another.Instruments) / 2)], another);
    }

    // The others carry what a connection did that the exchange refuses. One that is alone keeps trying, and one that was lost for a while: what
    // it lost may still be counted.
    private void ObeyConnectionLimit()
    {
        foreach (var shard in _shards.All)
        {
            var isRefused = !shard.IsUp && shard.Client.Status.TooManyConnections;
            shard.RefusedSince = isRefused ? shard.RefusedSince ?? _timeProvider.GetTimestamp() : null;
            if (shard.RefusedSince is not { } since || !_shards.All.Any(one => one.IsUp)
                || (shard.WasUp && _timeProvider.GetElapsedTime(since) < RefusalPatience))
            {
                continue;
            }

            var routes = RoutesOf(shard).ToArray();
            _shards.GiveUp(shard);
            AdapterLog.ConnectionRefused(_logger, shard.Number, routes.Length, _shards.All.Count);
            foreach (var part in routes.Chunk(Math.Max(1, (routes.Length + _shards.All.Count - 1) / _shards.All.Count)))
                Move(part, _shards.LeastLoaded());
        }
    }

    // From one connection, which is lost, to another.
    private void Move(InstrumentRoute[] routes, Shard to)
    {
        Unsubscribe(routes[0].Shard, routes);
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
            Attach(routes);
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
