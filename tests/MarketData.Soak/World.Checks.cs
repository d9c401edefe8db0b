using System.Text.Json;

using MarketData.Pipeline;

namespace MarketData.Soak;

/// <content>What must hold at every second, and at the end.</content>
internal sealed partial class World
{
    // The lane's longest pause before it tries Redis again is 5 s (full jitter), its refresh every 0.5 s.
    private static readonly TimeSpan RedisHealsWithin = TimeSpan.FromSeconds(7);
    private const long MostMessagesHeld = 50_000;

    private TimeSpan _heldAt;

    private void PlanCheck() => Time.After(CheckEvery, () =>
    {
        CheckConservation();
        CheckRedis();
        // As often as the collector writes them.
        if (!_topic.IsAway && !_topic.IsCut)
            _topic.Positions.Write();
        if (_run.Failure is { } failure)
            Verdict.Fail($"The collector ended: {failure}");
        else
            PlanCheck();
    });

    private void CheckConservation()
    {
        var kafka = _run.Kafka.Counters;
        var unaccounted = kafka.In - kafka.Acknowledged - kafka.Conflated - kafka.Spilled - kafka.Rejected;
        var miscounted = _options.Mutation == Mutation.MiscountedAcknowledgement ? 1 : 0;
        Verdict.Check(unaccounted >= 0 && unaccounted <= MostMessagesHeld, () => $"The Kafka lane holds {unaccounted} events.");
        Verdict.Check(kafka.Acknowledged + miscounted == _topic.Acknowledged,
            () => $"The Kafka lane counts {kafka.Acknowledged + miscounted} acknowledged events, Kafka gave {_topic.Acknowledged}.");
        Verdict.Check(kafka.In == _run.Published + _topic.Refused,
            () => $"The Kafka lane counts {kafka.In} events in, but {_run.Published} were published and {_topic.Refused} reports were due.");
        var redis = _run.Redis.Counters;
        Verdict.Check(redis.In == _run.PublishedData, () => $"The Redis lane counts {redis.In} events in, but {_run.PublishedData} were published.");
        Verdict.Check(redis.In - redis.Acknowledged - redis.Conflated - redis.Rejected == _run.Redis.Unsettled,
            () => $"The Redis lane holds {_run.Redis.Unsettled} events, but its counters say otherwise: {Text(redis)}.");
    }

    private void CheckDrained(bool complete)
    {
        foreach (var (lane, counters) in new[] { ("Kafka", _run.Kafka.Counters), ("Redis", _run.Redis.Counters) })
        {
            Verdict.Check(counters.In == counters.Acknowledged + counters.Conflated + counters.Spilled + counters.Rejected,
                () => $"After the drain the {lane} lane's counters do not add up: {Text(counters)}.");
        }

        Verdict.Check(complete || _topic.IsAway || _redis.IsAway || _redis.Delay > TimeSpan.Zero || _topic.AcknowledgeAfter > TimeSpan.FromSeconds(1),
            () => "The drain was not complete, although the sinks are well.");
    }

    private void CheckRedis()
    {
        if (_redis.IsAway)
            _redis.TroubledAt = Time.Elapsed;
        if (_run.IsHeld)
            _heldAt = Time.Elapsed;
        var calm = Time.Elapsed - _redis.TroubledAt > RedisHealsWithin && Time.Elapsed - _heldAt > TimeSpan.FromSeconds(2)
            && !_witness.IsStopping && !_topic.IsAway;
        foreach (var book in _reader.Books)
        {
            var value = _redis.Get($"deribit.{book.Instrument.Name}:orderbook");
            if (value is not null)
                CheckValue(book, value, calm && _run.Kafka.Counters.Queued == 0);
            else if (calm && book.IsLive && _run.Kafka.Counters.Queued == 0)
                Verdict.Fail($"{book.Instrument.Name}: Redis has no book, although the book is in sync.");
        }
    }

    private void CheckValue(Oracle.BookReader book, byte[] value, bool isCurrent)
    {
        using var json = JsonDocument.Parse(value);
        var changeId = json.RootElement.GetProperty("change_id").GetInt64();
        var truth = book.Instrument.StateAt(changeId);
        var right = truth is not null && Same(json.RootElement.GetProperty("bids"), truth.Bids)
            && Same(json.RootElement.GetProperty("asks"), truth.Asks);
        if (!right)
            Verdict.Fail($"{book.Instrument.Name}: Redis holds a book at change {changeId} that is not the exchange's.");
        if (book.WasRefused(changeId))
            return;
        if (isCurrent && !book.IsLive)
            Verdict.Fail($"{book.Instrument.Name}: Redis holds a book at change {changeId}, although the book is not in sync.");
        if (isCurrent && book.IsLive && changeId != book.LastId)
            Verdict.Fail($"{book.Instrument.Name}: Redis holds change {changeId}, the newest published is {book.LastId}.");
    }

    private static bool Same(JsonElement levels, (decimal Price, decimal Amount)[] truth)
    {
        if (levels.GetArrayLength() != truth.Length)
            return false;
        var i = 0;
        foreach (var level in levels.EnumerateArray())
        {
            if (level.GetProperty("price").GetDecimal() != truth[i].Price || level.GetProperty("amount").GetDecimal() != truth[i].Amount)
                return false;
            i++;
        }

        return true;
    }

    // Why the collector has not healed yet; null when it has.
    private string? WhyUnwell()
    {
        if (!_operating.IsCompleted)
            return "the collector is being restarted.";
        foreach (var book in _reader.Books)
        {
            var isWanted = _configured.Contains(book.Instrument.Name) && book.Instrument.IsOpen;
            if (isWanted && !book.IsLive)
                return $"the book of {book.Instrument.Name} is not in sync.";
            if (!isWanted && book.IsLive)
                return $"the book of {book.Instrument.Name} is still published.";
            if (isWanted && _exchange.CountSubscriptions(book.Instrument) is var count and not 1)
                return $"the book of {book.Instrument.Name} is subscribed on {count} connections.";
            if (isWanted && _witness.Story(book.Instrument.Name)?.LastId != book.LastId)
                return $"the book of {book.Instrument.Name} is at {book.LastId}, the client was given {_witness.Story(book.Instrument.Name)?.LastId}.";
        }

        foreach (var trades in _reader.Trades)
        {
            if (_configured.Contains(trades.Instrument.Name) && trades.Instrument.IsOpen && trades.OpenHole is var (from, to))
                return $"the hole {from}..{to} of {trades.Instrument.Name} is open.";
        }

        foreach (var instrument in _reader.Books.Select(book => book.Instrument).Where(one => _configured.Contains(one.Name) && one.IsOpen))
        {
            foreach (var channel in (string[])["orderbook", "trade", "ticker"])
            {
                if (_reader.OpenIncident(instrument, channel) is { } open)
                    return $"the ledger has {open} open of {instrument.Name}'s {channel}.";
            }
        }

        return _run.Kafka.Counters.Queued > 0 ? $"the Kafka lane holds {_run.Kafka.Counters.Queued} events." : null;
    }

    private void CheckTrafficFlowed()
    {
        Verdict.Check(_reader.Books.Sum(book => book.Checked) > 50, () => "Hardly any book was published: the soak tests nothing.");
        Verdict.Check(_reader.Trades.Sum(trades => trades.Count) > 20, () => "Hardly any trade was published: the soak tests nothing.");
    }

    private static string Text(LaneCounters counters) =>
        $"in {counters.In}, acknowledged {counters.Acknowledged}, conflated {counters.Conflated}, spilled {counters.Spilled}, "
        + $"rejected {counters.Rejected}";
}
