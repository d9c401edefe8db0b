using Deribit.Client;
using Deribit.Client.Transport;
using MarketData.Soak.Faults;
using MarketData.Soak.Transport;
using MarketData.Soak.Venue;

namespace MarketData.Soak;

/// <content>The plan of faults, drawn from the seed, and how each is brought about.</content>
internal sealed partial class World
{
    private static readonly TimeSpan FaultEvery = TimeSpan.FromSeconds(5);
    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    private readonly List<InjectedFault> _faults = [];
    private Task _operating = Task.CompletedTask;
    private int _listed;

    // Frame faults are the most frequent, restarts of the collector the rarest.
    private static double Weight(FaultKind kind) => kind switch
    {
        <= FaultKind.ChannelMute => 4,
        <= FaultKind.TooManyRequestsAndClose => 2,
        FaultKind.ReadTooSlowly or FaultKind.ConnectRefusedTooMany => 2,
        FaultKind.CollectorRestarts or FaultKind.CollectorKilled or FaultKind.ConnectionSilent or FaultKind.Maintenance => 0.5,
        _ => 1,
    };

    private void PlanFaults()
    {
        var dice = _dice.Fork("faults");
        var sum = Kinds.Sum(Weight);
        for (var at = TimeSpan.FromSeconds(5); ;)
        {
            at += dice.Exponential(FaultEvery);
            if (at >= _options.Duration)
                break;
            var roll = dice.NextDouble() * sum;
            var kind = Kinds.First(one => (roll -= Weight(one)) < 0);
            var fault = new InjectedFault(_faults.Count + 1, kind, at);
            _faults.Add(fault);
            Time.After(at - Time.Elapsed, () =>
            {
                Inject(fault);
                if (_options.Verbose)
                    Console.WriteLine($"[{Time.Elapsed.TotalSeconds,9:0.000} s] ** {fault}");
            });
        }
    }

    private void Inject(InjectedFault fault)
    {
        var dice = _dice.Fork($"fault{fault.Number}");
        var open = _exchange.Instruments.Where(instrument => instrument.IsOpen).ToList();
        var instrument = dice.Pick(open);
        switch (fault.Kind)
        {
            case <= FaultKind.ChannelMute:
                var content = fault.Kind is FaultKind.BookCrossed or FaultKind.SnapshotUnasked || dice.Chance(0.65)
                    ? FrameContent.Book : dice.Chance(0.8) ? FrameContent.Trades : FrameContent.Ticker;
                fault.Target = $"{instrument.Name} {content}";
                var frames = fault.Kind == FaultKind.ChannelMute ? dice.Between(3, 30) : dice.Chance(0.1) ? dice.Between(2, 8) : 1;
                _exchange.Armed.Frame(instrument.Name, content, fault, frames);
                break;
            case FaultKind.SnapshotMissing:
                fault.Target = instrument.Name;
                _exchange.Armed.Snapshot(instrument.Name, fault, dice.Between(1, 4));
                break;
            case FaultKind.ChannelRefused:
                var family = dice.Pick<string>(["book", "trades", "ticker"]);
                fault.Target = $"{family}.{instrument.Name}.{(_withKey ? "raw" : "100ms")}";
                _exchange.Armed.Refusal(fault.Target, fault, dice.Between(1, 7));
                break;
            case <= FaultKind.TooManyRequestsAndClose:
                _exchange.Armed.Call(fault, dice.Chance(0.2) ? dice.Between(2, 4) : 1);
                break;
            case <= FaultKind.OddFrame:
                InjectConnectionFault(fault, dice);
                break;
            case <= FaultKind.SymbolsChange:
                InjectMarketFault(fault, dice, instrument, open);
                break;
            default:
                InjectSinkFault(fault, dice);
                break;
        }
    }

    private void InjectConnectionFault(InjectedFault fault, Time.Dice dice)
    {
        var session = _exchange.Sessions.Count == 0 ? null : dice.Pick(_exchange.Sessions);
        switch (fault.Kind)
        {
            case FaultKind.ConnectFails:
                _exchange.FailConnects(dice.Between(1, 4), dice.Pick<DeribitConnectionFault>(
                    [DeribitConnectionFault.Unreachable, DeribitConnectionFault.NameNotResolved, DeribitConnectionFault.TlsFailed,
                     DeribitConnectionFault.ConnectTimeout, DeribitConnectionFault.UpgradeRefused]), fault);
                session?.Reset(fault);
                break;
            case FaultKind.ConnectRefusedTooMany:
                _exchange.FailConnects(dice.Between(1, 2), DeribitConnectionFault.TooManyConnections, fault);
                session?.Reset(fault);
                break;
            case FaultKind.ClosedByServer:
                session?.Close(dice.Pick<int>([1000, 1001, 1006, 1012, 4000]), fault);
                break;
            case FaultKind.ReadTooSlowly:
                session?.Close(1008, fault, "connection_too_slow");
                break;
            case FaultKind.ConnectionReset:
                session?.Reset(fault);
                break;
            case FaultKind.ConnectionHalfOpen:
                session?.FallSilent(fault, foundByPing: true);
                break;
            case FaultKind.ConnectionSilent:
                session?.FallSilent(fault, foundByPing: false);
                break;
            case FaultKind.ConnectionBroken:
                session?.Break(fault);
                break;
            case FaultKind.Maintenance:
                _exchange.InMaintenance = true;
                foreach (var each in _exchange.Sessions)
                {
                    each.SendNews("platform_state", "{\"maintenance\":true}");
                    each.Close(1012, fault);
                }

                Time.After(dice.Milliseconds(2_000, 20_000), () => _exchange.InMaintenance = false);
                break;
            default:
                fault.Hits++;
                session?.SendOdd(
                    dice.Chance(0.8) ? SocketFrameKind.Text : dice.Chance(0.5) ? SocketFrameKind.Binary : SocketFrameKind.TooLarge,
                    System.Text.Encoding.UTF8.GetBytes(dice.Pick<string>(
                        ["", "[]", "nonsense", "{\"jsonrpc\":\"2.0\"", "{\"a\":{\"a\":{\"a\":[[[[[[]]]]]]}}}", "{\"jsonrpc\":\"2.0\",\"id\":424242,\"result\":1}",
                         "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":11050,\"data\":\"invalid json\",\"message\":\"bad_request\"}}",
                         "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"nobody.asked\",\"data\":{}}}"])));
                break;
        }
    }

    private void InjectMarketFault(InjectedFault fault, Time.Dice dice, VenueInstrument instrument, List<VenueInstrument> open)
    {
        fault.Hits++;
        fault.Target = instrument.Name;
        switch (fault.Kind)
        {
            case FaultKind.WallClockStep:
                Time.StepWallClock((dice.Chance(0.5) ? 1 : -1) * dice.Milliseconds(1_000, 3_600_000));
                break;
            case FaultKind.ExchangeClockAhead:
                // A sequence that started over is told by its times, too, so the clock goes back in worlds only where none has.
                var ahead = dice.Chance(0.5) ? TimeSpan.Zero : dice.Milliseconds(1_000, 3_600_000);
                if (ahead < _exchange.Ahead && _exchange.Instruments.Any(one => one.Epoch > 0))
                    fault.Hits--;
                else
                    _exchange.SetAhead(ahead);
                break;
            case FaultKind.TradeSequenceSkips:
                instrument.SkipSequence(dice.Between(1, 20));
                break;
            case FaultKind.TradeSequenceRestarts when instrument.Trades.Count == 0 || instrument.Trades.Max(one => one.TimeUnixMs) < _exchange.NowUnixMs:
                instrument.RestartSequence();
                break;
            case FaultKind.TradeBurst:
                _exchange.Trade(instrument, dice.Between(20, 200));
                break;
            case FaultKind.InstrumentListed:
                var listed = Instruments.MakeListed(++_listed, _dice);
                Know(listed, isConfigured: true);
                fault.Target = listed.Name;
                foreach (var session in _exchange.Sessions)
                    session.SendNews("instrument.creation.any.any", $"{{\"timestamp\":{_exchange.NowUnixMs},\"instrument_name\":\"{listed.Name}\"}}");
                break;
            case FaultKind.InstrumentExpires when open.Count > 3 && instrument.Kind is "option" or "future_combo":
                _exchange.Expire(instrument);
                break;
            case FaultKind.SymbolsChange:
                if (!_configured.Remove(instrument.Name))
                    _configured.Add(instrument.Name);
                if (_configured.Count < 2)
                    _configured.UnionWith(open.Select(one => one.Name));
                _ = Observe(CollectAsync(_run));
                break;
            default:
                fault.Hits--;
                break;
        }
    }

    private void InjectSinkFault(InjectedFault fault, Time.Dice dice)
    {
        fault.Hits++;
        var lasts = dice.Milliseconds(500, 30_000);
        switch (fault.Kind)
        {
            case FaultKind.KafkaSlow:
                _topic.AcknowledgeAfter = dice.Milliseconds(200, 3_000);
                Time.After(lasts, () => _topic.AcknowledgeAfter = TimeSpan.FromMilliseconds(4));
                break;
            case FaultKind.KafkaAway when !_topic.IsAway:
                _topic.GoAway();
                Time.After(lasts, _topic.ComeBack);
                break;
            case FaultKind.KafkaQueueFull:
                _topic.ProducerPlaces = dice.Between(1, 30);
                Time.After(lasts, () => _topic.ProducerPlaces = int.MaxValue);
                break;
            case FaultKind.KafkaProducerBreaks:
                _topic.Link?.Break();
                break;
            case FaultKind.KafkaRefusesMessage:
                _topic.RefuseNext = dice.Between(1, 3);
                break;
            case FaultKind.RedisAway when !_redis.IsAway:
                _redis.IsAway = true;
                Time.After(lasts, () => _redis.Heal());
                break;
            case FaultKind.RedisSlow:
                _redis.Delay = dice.Milliseconds(5, 900);
                Time.After(lasts, () => _redis.Delay = TimeSpan.Zero);
                break;
            case FaultKind.RedisRestarts:
                _redis.Restart();
                break;
            case FaultKind.CollectorRestarts or FaultKind.CollectorKilled when _operating.IsCompleted:
                _operating = Observe(RestartAsync(fault.Kind == FaultKind.CollectorKilled, dice.Milliseconds(0, 20_000)));
                break;
            default:
                fault.Hits--;
                break;
        }
    }

    private async Task RestartAsync(bool isKill, TimeSpan pause)
    {
        await EndAsync(isKill);
        await Task.Delay(pause, Time);
        await StartAsync();
    }

    private async Task Observe(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception)
        {
            Verdict.Fail($"A step of the soak failed: {exception}");
        }
    }

    // The calm: nothing is broken any more, and what was broken works again.
    private void Heal()
    {
        _exchange.Heal();
        _topic.Heal();
        _redis.Heal();
    }
}
