using MarketData.Exchanges;
using MarketData.Replicas;
using MarketData.Symbols;

namespace MarketData.Collectors;

/// <content>One pass: from what is asked for to what is collected.</content>
internal sealed partial class SymbolFollower
{
    private const int MostWarnings = 20;
    private int _lastCount = -1;

    // The set was changed and the exchange was not told of it yet: at first, and when telling it failed.
    private bool _isUntold = true;

    // Returns when the next pass is due without any news.
    private async Task<TimeSpan?> ApplyAsync(CancellationToken cancellationToken)
    {
        // (1) What is asked for. Word of the share first: what comes in between wakes the next pass.
        var takeovers = PendingTakeovers();
        var now = _time.GetUtcNow();
        var table = _services.Symbols?.Current;
        var isProvisional = table is { Version: 0 };
        var entries = table is null or { Version: 0 } ? _configured : table.Entries.Where(entry => entry.Exchange == _exchange.Name);
        var expansion = SymbolExpansion.Of(entries, _set.Offer(_listings.Current, now), _collector.Kinds, now);
        var isPaused = _isPaused;
        var asked = isPaused ? [] : expansion.Instruments.ToDictionary(instrument => instrument.Name, StringComparer.Ordinal);

        // (2) What is gone, and what another replica has published meanwhile.
        await EndAsync(asked, takeovers, isPaused, now);

        // (3) What is new.
        var waiting = await BeginAsync(asked.Values, takeovers, cancellationToken);
        // Where earlier owners ended is asked of whoever goes on, which may be after a pause.
        if (waiting == 0 && !isPaused)
        {
            ForgetTakeovers(takeovers);
            ForgetPause();
        }

        var elsewhere = expansion.Instruments.Select(instrument => instrument.Key).Where(key => !IsOwned(key)).ToHashSet(StringComparer.Ordinal);
        Report(table, isProvisional, isPaused, expansion, waiting, elsewhere);
        NoteGone();
        _applied.TrySetResult();
        return Due(expansion, now);
    }

    private async Task EndAsync(Dictionary<string, Instrument> asked, IReadOnlyList<Takeover> takeovers, bool isPaused, DateTimeOffset now)
    {
        var gone = new List<(Instrument Instrument, string Reason, bool IsHandedOver)>();
        foreach (var one in _set.All)
        {
            if (IsAnothers(one.Instrument.Key))
                gone.Add((one.Instrument, "Another replica collects the instrument from here on.", true));
            else if (isPaused)
                gone.Add((one.Instrument, Paused, true));
            else if (!asked.ContainsKey(one.Instrument.Name))
                gone.Add((one.Instrument, _set.ReasonOf(one.Instrument, now), false));
            else if (TakeoverOf(one.Instrument.Key, takeovers) is { } takeover && !GoesOn(takeover))
                gone.Add((one.Instrument, $"{takeover.PreviousOwner} collected the instrument meanwhile; it begins again.", true));
        }

        foreach (var group in gone.GroupBy(one => (one.Reason, one.IsHandedOver)))
        {
            foreach (var (instrument, _, _) in group)
            {
                if (group.Key.Reason == Paused)
                    NotePaused(instrument.Key, now);
                _set.Remove(instrument.Name);
                _positions.Ended(instrument.Key);
            }

            await CollectAsync(group.Key.Reason, group.Key.IsHandedOver);
            _logger.InstrumentsClosed(_collector.Name, group.Count(), group.Key.Reason);
        }
    }

    // Returns how many still wait to be told where their tape ended.
    private async Task<int> BeginAsync(IEnumerable<Instrument> asked, IReadOnlyList<Takeover> takeovers, CancellationToken cancellationToken)
    {
        var waiting = 0;
        var owned = asked.Where(instrument => IsOwned(instrument.Key)).ToList();
        _positions.Ask([.. owned.Where(instrument => !_set.Contains(instrument.Name)).Select(instrument => instrument.Key)], cancellationToken);
        var collected = _set.All.ToDictionary(one => one.Instrument.Name, StringComparer.Ordinal);
        foreach (var instrument in owned)
        {
            if (collected.TryGetValue(instrument.Name, out var before))
            {
                // Its newest version, and a position that came late.
                var after = before with { Instrument = instrument };
                if (_positions.TryTakeLate(instrument.Key, out var late))
                    after = after with { LastTrade = late, AwaitsLastTrade = false };
                if (TakeoverOf(instrument.Key, takeovers) is { } own)
                {
                    // Its own earlier process: what was not ended goes on, see GoesOn.
                    after = after with { InterruptedSinceUnixMs = own.PublishedUntilUnixMs, InterruptedBy = Describe(own) };
                    _begunFor[instrument.Key] = own;
                }

                _isUntold |= after != before;
                _set.Put(after);
            }
            else if (!_positions.IsReady(instrument.Key, out var position))
            {
                waiting++;
            }
            else
            {
                var takeover = TakeoverOf(instrument.Key, takeovers);
                var since = takeover?.PublishedUntilUnixMs ?? PausedSince(instrument.Key);
                _set.Put(new WantedInstrument
                {
                    Instrument = instrument,
                    LastTrade = position,
                    AwaitsLastTrade = _positions.Awaits(instrument.Key),
                    InterruptedSinceUnixMs = since,
                    InterruptedBy = takeover is not null ? Describe(takeover) : since is null ? null : Paused,
                });
                NoteBegun(instrument.Key, since);
                if (takeover is not null)
                    _begunFor[instrument.Key] = takeover;
                _positions.Begun(instrument.Key);
                _isUntold = true;
            }
        }

        if (_isUntold)
            await CollectAsync("");
        return waiting;
    }

    // A list that may be out of date says of nothing that it is gone.
    private void NoteGone()
    {
        if (_services.Positions is not { } positions || !_collector.Kinds.HasFlag(DataKind.Trade) || _listings.Fault is not null)
            return;
        var here = _listings.Current.Select(instrument => instrument.Key)
            .Concat(_set.All.Select(one => one.Instrument.Key)).ToHashSet(StringComparer.Ordinal);
        var ours = $"{_exchange.Name}.";
        positions.NoteGone(key => key.StartsWith(ours, StringComparison.Ordinal) && !here.Contains(key));
    }

    private async Task CollectAsync(string reason, bool isHandedOver = false)
    {
        // What is new has a row before its first event.
        _isUntold = true;
        IReadOnlyList<WantedInstrument> wanted = [.. _set.All];
        _monitor.Expect(wanted.Select(one => one.Instrument), _collector.Kinds);
        await _exchange.CollectAsync(wanted, reason, isHandedOver);
        _set.Told();
        _isUntold = false;
    }

    private void Report(
        SymbolTable? table, bool isProvisional, bool isPaused, SymbolExpansion expansion, int waiting, IReadOnlySet<string> elsewhere)
    {
        var (reasons, warnings) = (new List<string>(), new List<string>());
        if (isProvisional)
        {
            reasons.Add("symbols_provisional: Kafka has not said yet what is to be collected; until it does, the configured list is."
                + Because(_services.Symbols!.Reasons));
        }

        if (waiting > 0)
            reasons.Add($"positions_awaited: {waiting} trade tapes wait to be told where they ended.");
        if (isPaused)
            warnings.Add("paused: an operator paused the collector; it collects nothing until it is resumed.");
        warnings.AddRange(expansion.Unmatched.Take(MostWarnings).Select(sentence => $"symbol_unmatched: {sentence}"));
        if (expansion.Unmatched.Count > MostWarnings)
            warnings.Add($"symbol_unmatched: and {expansion.Unmatched.Count - MostWarnings} more.");
        warnings.AddRange((table?.Ignored ?? []).TakeLast(MostWarnings).Select(sentence => $"symbol_ignored: {sentence}"));
        if (_positions.BegunWithout > 0)
            warnings.Add(_positions.Fault ?? $"positions_unread: {_positions.BegunWithout} trade tapes began before it was known where they ended.");
        _status = new FollowerStatus(_set.All.Count, reasons, warnings, elsewhere);
        if (_set.All.Count == _lastCount)
            return;
        _lastCount = _set.All.Count;
        _logger.CollectorCollects(
            _collector.Name, _lastCount, _exchange.Name, _lastCount * SymbolRecord.Words(_collector.Kinds).Count());
    }

    private static string Because(IReadOnlyList<string> reasons) => reasons.Count == 0 ? "" : $" ({string.Join(" ", reasons)})";

    private TimeSpan Due(SymbolExpansion expansion, DateTimeOffset now)
    {
        var due = LongestSleep;
        foreach (var at in new[] { expansion.NextChangeAt, _set.NextGraceEnd })
        {
            if (at - now is { } until && until < due)
                due = until > TimeSpan.Zero ? until : TimeSpan.Zero;
        }

        return _positions.IsOpen && _options.PositionPatience < due ? _options.PositionPatience : due;
    }
}
