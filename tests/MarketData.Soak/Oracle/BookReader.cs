using System.Text.Json;

using MarketData.Soak.Venue;

namespace MarketData.Soak.Oracle;

/// <summary>
/// One book as a consumer of the topics builds it from snapshots and updates, held against the exchange's true book at every change id; and
/// the interruptions as the ledger tells them.
/// </summary>
internal sealed class BookReader(VenueInstrument instrument, Verdict verdict, Witness witness, SoakOptions options)
{
    /// <summary>What a restarted collector is told of the one before.</summary>
    public const string Restarted = "The soak restarted the collector.";

    private readonly SortedDictionary<decimal, decimal> _bids = new(Comparer<decimal>.Create((left, right) => right.CompareTo(left)));
    private readonly SortedDictionary<decimal, decimal> _asks = [];
    private readonly HashSet<long> _refused = [];
    private readonly List<Incident> _incidents = [];
    private Incident? _open;
    private bool _follows;
    private int _refusals;
    private int _toldRefused;

    public VenueInstrument Instrument { get; } = instrument;

    /// <summary>Whether the published stream says that the book is in sync.</summary>
    public bool IsLive { get; private set; }

    public long? LastId { get; private set; }

    /// <summary>Interruptions of a live book in this stretch.</summary>
    public IReadOnlyList<Incident> Incidents => _incidents;

    public long Checked { get; private set; }

    public int RefusalsUntold => _refusals - _toldRefused;

    public bool WasRefused(long changeId) => _refused.Contains(changeId);

    public void BeginRun() => Reset();

    /// <summary>The collector died; its reports of what was refused may have died with it.</summary>
    public void ForgetRefusals() => _toldRefused = _refusals;

    public void Refused(long changeId)
    {
        // A snapshot that only repeats the book may be refused at an id that was refused before.
        _refusals++;
        _refused.Add(changeId);
    }

    public void Take(JsonElement root)
    {
        var changeId = root.GetProperty("change_id").GetInt64();
        if (Instrument.StateAt(changeId) is not { } truth)
        {
            Fail($"change {changeId} was published, which the exchange never had.");
            return;
        }

        if (root.GetProperty("action").GetString() == "snapshot")
            TakeSnapshot(root, changeId);
        else if (!TakeUpdate(root, changeId))
            return;
        LastId = changeId;
        if (_follows)
            Compare(truth, root);
    }

    public void TakeIntegrity(JsonElement root)
    {
        var kind = root.GetProperty("kind").GetString();
        var from = Id(root, "from_id");
        switch (kind)
        {
            case "gap" or "stale" or "quarantined" or "disconnected":
                Interrupt(kind, from, root);
                break;
            case "resynced":
                if (_open is null)
                    Fail($"resynced {from}..{Id(root, "to_id")} closes nothing.");
                else
                    (_open.ToId, _open) = (Id(root, "to_id"), null);
                break;
            case "rejected" when root.GetProperty("detail").GetString()!.StartsWith("Kafka refused", StringComparison.Ordinal):
                _toldRefused++;
                break;
            case "closed":
                Settle(isWhole: true);
                if (witness.Told(Instrument.Name) is null)
                    Fail("it is closed, but was not collected.");
                else
                    witness.TellNext(Instrument.Name);
                Reset();
                break;
            default:
                break;
        }
    }

    /// <summary>The stretch is over: the ledger must tell of every interruption that the client was given, and of no other.</summary>
    /// <param name="isWhole">Whether everything published has arrived; not after a kill.</param>
    public void Settle(bool isWhole)
    {
        if (witness.Told(Instrument.Name) is not { } story)
            return;
        var published = _incidents.Where(incident => incident.FromId is not null).ToList();
        var due = story.Incidents;
        for (var i = 0; i < Math.Max(published.Count, due.Count); i++)
        {
            if (i >= published.Count)
            {
                if (isWhole && !due[i].IsOptional && !(due[i] is { ToId: null, Why: BookStory.NoUse }))
                    Fail($"the ledger does not tell of {due[i]}.");
            }
            else if (i >= due.Count)
            {
                // A channel that was kept mute is found so before a frame shows it; given up before then, no frame does.
                if (!(story.IsThreatened && published[i].Why.StartsWith("stale", StringComparison.Ordinal)))
                    Fail($"the ledger tells of {published[i]}, which did not happen.");
            }
            else if ((published[i].FromId != due[i].FromId && published[i].FromId != due[i].LaterFromId) || (published[i].ToId != due[i].ToId && isWhole && !due[i].IsOptional))
            {
                Fail($"the ledger tells of {published[i]}, but what happened is {due[i]}.");
                return;
            }
        }
    }

    private void TakeSnapshot(JsonElement root, long changeId)
    {
        if (_open is not null)
            Fail($"snapshot {changeId} was published while {_open} is open.");
        if (IsLive && changeId != LastId && !_refused.Contains(changeId))
            Fail($"snapshot {changeId} follows {LastId} without an entry in the ledger.");
        if (!IsLive && _incidents.Count > 0 && _incidents[^1] is { ToId: { } to } && to != changeId && LastId is null && !_refused.Contains(to))
            Fail($"the ledger says that the book is back at {to}, but snapshot {changeId} follows.");
        (IsLive, _follows) = (true, true);
        Fill(_bids, root.GetProperty("bids"), replace: true);
        Fill(_asks, root.GetProperty("asks"), replace: true);
    }

    private bool TakeUpdate(JsonElement root, long changeId)
    {
        var previous = Id(root, "prev_change_id");
        if (!IsLive || _open is not null)
        {
            if (_refused.Count > 0 && _open is null)
            {
                // The snapshot that began the stretch is the one that Kafka refused.
                (IsLive, _follows) = (true, false);
                return true;
            }

            Fail($"update {changeId} was published of a book that is not in sync.");
            return false;
        }

        if (previous != LastId)
        {
            if (previous is { } missing && _refused.Contains(missing))
            {
                _follows = false;
                return true;
            }

            Fail($"update {changeId} continues {previous}, but the book is at {LastId}.");
            return false;
        }

        Fill(_bids, root.GetProperty("bids"), replace: false);
        Fill(_asks, root.GetProperty("asks"), replace: false);
        return true;
    }

    private void Interrupt(string kind, long? from, JsonElement root)
    {
        if (_open is not null)
        {
            if (kind != "quarantined")
                Fail($"{kind} from {from} opens an interruption while {_open} is open.");
            return;
        }

        var why = $"{kind}: {root.GetProperty("detail").GetString()}";
        if (IsLive && from != LastId && !(from is { } id && _refused.Contains(id)))
            Fail($"{why} begins at {from}, but the last state published is {LastId}.");
        if (from is null && why != $"disconnected: {Restarted}" && witness.Told(Instrument.Name) is { Everything.Count: 0 } && !witness.WasDisturbed)
            Fail($"{why} of a book that never was in sync, and nothing was injected.");
        _open = new Incident(from, why);
        _incidents.Add(_open);
        (IsLive, _follows, LastId) = (false, false, null);
    }

    private void Compare(BookState truth, JsonElement root)
    {
        Checked++;
        if (options.Mutation == Mutation.WrongLevel && Checked == 50 && _bids.Count > 0)
            _bids[_bids.Keys.First()] += Instrument.Step;
        if (!Same(_bids, truth.Bids) || !Same(_asks, truth.Asks))
        {
            Fail($"after change {truth.ChangeId} the published book is not the exchange's: {Text(_bids)} | {Text(_asks)} instead of "
                + $"{string.Join(' ', truth.Bids)} | {string.Join(' ', truth.Asks)}.");
            _follows = false;
        }

        Best(root, "bid", truth.Bids);
        Best(root, "ask", truth.Asks);
    }

    private void Best(JsonElement root, string side, (decimal Price, decimal Amount)[] levels)
    {
        var price = root.GetProperty($"best_{side}_price");
        var amount = root.GetProperty($"best_{side}_amount");
        var right = levels.Length == 0
            ? price.ValueKind == JsonValueKind.Null && amount.ValueKind == JsonValueKind.Null
            : price.ValueKind == JsonValueKind.Number && price.GetDecimal() == levels[0].Price && amount.GetDecimal() == levels[0].Amount;
        if (!right)
            Fail($"best {side} of an event is {price} x {amount}, not the exchange's.");
    }

    private static bool Same(SortedDictionary<decimal, decimal> side, (decimal Price, decimal Amount)[] truth)
    {
        if (side.Count != truth.Length)
            return false;
        var i = 0;
        foreach (var (price, amount) in side)
        {
            if (price != truth[i].Price || amount != truth[i].Amount)
                return false;
            i++;
        }

        return true;
    }

    private static void Fill(SortedDictionary<decimal, decimal> side, JsonElement levels, bool replace)
    {
        if (replace)
            side.Clear();
        foreach (var level in levels.EnumerateArray())
        {
            var (price, amount) = (level.GetProperty("price").GetDecimal(), level.GetProperty("amount").GetDecimal());
            if (amount == 0)
                side.Remove(price);
            else
                side[price] = amount;
        }
    }

    private void Reset()
    {
        _incidents.Clear();
        (_open, IsLive, LastId, _follows) = (null, false, null, false);
    }

    private void Fail(string what) => verdict.Fail($"{Instrument.Name} book: {what}");

    private static string Text(SortedDictionary<decimal, decimal> side) => string.Join(' ', side.Select(level => $"({level.Key}, {level.Value})"));

    private static long? Id(JsonElement root, string name) =>
        root.GetProperty(name) is { ValueKind: JsonValueKind.Number } id ? id.GetInt64() : null;
}
