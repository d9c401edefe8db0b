namespace Deribit.Client.Session;

/// <summary>Holds the latest status. Every change replaces the whole; readers need no lock.</summary>
internal sealed class StatusBoard
{
    private readonly Lock _lock = new();
    private volatile DeribitClientStatus _now = new();

    /// <summary>The latest status.</summary>
    public DeribitClientStatus Now => _now;

    /// <summary>Replaces it.</summary>
    /// <param name="change">Makes the new one from the old one; must not call out.</param>
    public void Update(Func<DeribitClientStatus, DeribitClientStatus> change)
    {
        lock (_lock)
        {
            _now = change(_now);
        }
    }
}
