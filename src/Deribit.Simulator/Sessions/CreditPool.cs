namespace Deribit.Simulator.Sessions;

/// <summary>The call budget: 30,000 credits, refilled at 10,000 a second. Touched only while the hub's gate is held.</summary>
internal sealed class CreditPool(TimeProvider time)
{
    public const int SubscribeCost = 3000;
    public const int CallCost = 500;
    private const double Capacity = 30_000;
    private const double RefillPerSecond = 10_000;
    private double _credits = Capacity;
    private long _last = time.GetTimestamp();

    public bool TrySpend(int cost)
    {
        var now = time.GetTimestamp();
        _credits = Math.Min(Capacity, _credits + (time.GetElapsedTime(_last, now).TotalSeconds * RefillPerSecond));
        _last = now;
        if (_credits < cost)
        {
            return false;
        }

        _credits -= cost;
        return true;
    }
}
