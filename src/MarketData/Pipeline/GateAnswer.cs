namespace MarketData.Pipeline;

/// <summary>Whether this process may publish an instrument.</summary>
public enum GateAnswer
{
    /// <summary>It is the instrument's owner, proven within the lease.</summary>
    Open,

    /// <summary>It is not known: the group cannot be asked. What is ready to be sent waits.</summary>
    Hold,

    /// <summary>Another replica owns the instrument now. What was not sent must not be sent any more.</summary>
    Lost,
}
