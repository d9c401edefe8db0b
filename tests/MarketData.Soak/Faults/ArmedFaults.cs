using MarketData.Soak.Transport;

namespace MarketData.Soak.Faults;

/// <summary>Faults that wait for something to hit: frames of a channel, snapshots, subscriptions, calls.</summary>
internal sealed class ArmedFaults
{
    private readonly Dictionary<(string Name, FrameContent Content), Queue<ArmedFrame>> _frames = [];
    private readonly Dictionary<string, Queue<ArmedFrame>> _snapshots = [];
    private readonly Dictionary<string, Queue<ArmedFrame>> _refusals = [];
    private readonly Queue<ArmedFrame> _calls = new();

    public void Frame(string name, FrameContent content, InjectedFault fault, int frames) => Add(_frames, (name, content), fault, frames);

    public void Snapshot(string name, InjectedFault fault, int times) => Add(_snapshots, name, fault, times);

    public void Refusal(string name, InjectedFault fault, int times) => Add(_refusals, name, fault, times);

    public void Call(InjectedFault fault, int times) => _calls.Enqueue(new ArmedFrame(fault, times));

    public InjectedFault? TakeFrame(string name, FrameContent content) => Take(_frames.GetValueOrDefault((name, content)));

    public InjectedFault? TakeSnapshot(string name) => Take(_snapshots.GetValueOrDefault(name));

    public InjectedFault? TakeRefusal(string name) => Take(_refusals.GetValueOrDefault(name));

    public InjectedFault? TakeCall() => Take(_calls);

    /// <summary>Forgets what was not hit: the calm begins.</summary>
    public void Clear()
    {
        _frames.Clear();
        _snapshots.Clear();
        _refusals.Clear();
        _calls.Clear();
    }

    private static void Add<TKey>(Dictionary<TKey, Queue<ArmedFrame>> armed, TKey key, InjectedFault fault, int times) where TKey : notnull
    {
        if (!armed.TryGetValue(key, out var queue))
            armed[key] = queue = new Queue<ArmedFrame>();
        queue.Enqueue(new ArmedFrame(fault, times));
    }

    private static InjectedFault? Take(Queue<ArmedFrame>? queue)
    {
        if (queue is null || !queue.TryPeek(out var armed))
            return null;
        if (--armed.Left <= 0)
            queue.Dequeue();
        armed.Fault.Hits++;
        return armed.Fault;
    }
}
