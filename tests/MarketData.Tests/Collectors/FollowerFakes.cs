using System.Runtime.CompilerServices;
using MarketData.Exchanges;
using MarketData.Pipeline;
using MarketData.Replicas;
using MarketData.Symbols;
using MarketData.Trades;

namespace MarketData.Tests.Collectors;

/// <summary>An exchange that lists what the test says and notes what it is to collect.</summary>
internal sealed class FakeVenue : IExchange
{
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version;
    private volatile IReadOnlyList<Instrument> _listed = [];

    public string Name => "venue";

    public ExchangeStatus Status => new() { Connected = true };

    public IntakeMark? TakenUntil { get; set; }

    /// <summary>Every call, in order: what was wanted and why what is gone is gone.</summary>
    public List<(IReadOnlyList<WantedInstrument> Wanted, string Reason)> Calls { get; } = [];

    public int ListReads { get; private set; }

    public Exception? CollectFault { get; set; }

    public IReadOnlyList<string> Collected
    {
        get
        {
            lock (Calls)
                return Calls.Count == 0 ? [] : [.. Calls[^1].Wanted.Select(one => one.Instrument.Name).Order(StringComparer.Ordinal)];
        }
    }

    public int CallCount
    {
        get
        {
            lock (Calls)
                return Calls.Count;
        }
    }

    public void List(params IReadOnlyList<Instrument> instruments)
    {
        _listed = instruments;
        _version++;
        var news = _news;
        _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        news.SetResult();
    }

    public Task<IReadOnlyList<Instrument>> GetInstrumentsAsync(CancellationToken cancellationToken)
    {
        ListReads++;
        return Task.FromResult(_listed);
    }

    public async Task<long> WaitForListingsAsync(long seenVersion, CancellationToken cancellationToken)
    {
        while (_version <= seenVersion)
            await _news.Task.WaitAsync(cancellationToken);
        return _version;
    }

    public Task CollectAsync(IReadOnlyList<WantedInstrument> wanted, string reason, bool isHandedOver = false)
    {
        if (CollectFault is { } fault)
            return Task.FromException(fault);
        lock (Calls)
            Calls.Add((wanted, reason));
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<MarketDataEvent> StreamAsync(DataKind kinds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A table that the test writes.</summary>
internal sealed class FakeSymbols : ISymbolSource
{
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SymbolTable Current { get; private set; } = SymbolTable.Unread;

    public IReadOnlyList<SymbolEntry>? Seed { get; private set; }

    public void Start(IReadOnlyList<SymbolEntry> seed) => Seed = seed;

    public void Say(params string[] selectors) => Say(new SymbolTable(Current.Version + 1,
        [.. selectors.Select(selector => new SymbolEntry { Exchange = "venue", Selector = selector })]));

    public void Say(SymbolTable table)
    {
        Current = table;
        var news = _news;
        _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        news.SetResult();
    }

    public async Task<SymbolTable> WaitForNewerAsync(long seenVersion, CancellationToken cancellationToken)
    {
        while (Current.Version <= seenVersion)
            await _news.Task.WaitAsync(cancellationToken);
        return Current;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A share that the test deals out.</summary>
internal sealed class FakeShare : IOwnership
{
    private Func<string, bool> _owns = _ => false;

    public bool IsMember { get; private set; }

    public IReadOnlyList<string> Reasons => IsMember ? [] : ["share_awaited: the group has not said."];

    public IOwnershipHandler? Handler { get; private set; }

    public void Start(IOwnershipHandler handler) => Handler = handler;

    public bool Owns(string key) => _owns(key);

    /// <summary>The parts that a grant left open.</summary>
    public Func<string, bool> Awaited { get; set; } = _ => false;

    public bool IsAnothers(string key) => IsMember && !Awaited(key) && !_owns(key);

    public void Grant(Func<string, bool> owns, params Takeover[] takeovers)
    {
        (_owns, IsMember) = (owns, true);
        Handler!.OnGranted(takeovers);
    }

    public async Task RevokeAsync(Func<string, bool> stillOwned, CancellationToken cancellationToken)
    {
        _owns = stillOwned;
        await Handler!.OnRevokedAsync(stillOwned, cancellationToken);
    }

    public void Lose()
    {
        (_owns, IsMember) = (_ => false, false);
        Handler!.OnLost();
    }

    public Task LeaveAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public GateAnswer Ask(string key) => GateAnswer.Open;

    public Task WaitForChangeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Positions that come when the test says so.</summary>
internal sealed class FakePositions : ITradePositions
{
    public IReadOnlyDictionary<string, TradePosition> OnDisk { get; init; } = new Dictionary<string, TradePosition>(StringComparer.Ordinal);

    public TradePosition? Kept(string key) => OnDisk.GetValueOrDefault(key);

    /// <summary>The last word about what is gone.</summary>
    public Func<string, bool>? IsGone { get; private set; }

    public void NoteGone(Func<string, bool> isGone) => IsGone = isGone;

    public TaskCompletionSource<IReadOnlyDictionary<string, TradePosition>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IReadOnlyDictionary<string, TradePosition>> LoadAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        Answer.Task.WaitAsync(cancellationToken);
}
