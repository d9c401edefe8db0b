using System.IO.Enumeration;

namespace Deribit.Simulator.Faults;

/// <summary>A fault waiting for its moment, with what is left of it. Touched only under the lock of its owner.</summary>
internal sealed class ArmedFault(Fault fault, long? expires)
{
    private readonly HashSet<(long, string)> _muted = [];
    private int _skip = fault.Skip;
    private int _left = fault.Count == 0 ? int.MaxValue : fault.Count;

    public Fault Fault => fault;

    public bool IsSpent(long now) => _left <= 0 || now > expires;

    public bool MatchesFrame(long connection, string channel) =>
        (fault.ConnectionId ?? connection) == connection && Matches(fault.Channel, channel);

    public bool MatchesCall(long connection, string method) =>
        (fault.ConnectionId ?? connection) == connection && Matches(fault.Method, method);

    /// <summary>False while frames or calls are still to pass untouched.</summary>
    public bool Due()
    {
        if (_skip == 0)
        {
            return true;
        }

        _skip--;
        return false;
    }

    public void Spend()
    {
        if (_left != int.MaxValue)
        {
            _left--;
        }
    }

    /// <summary>True the first time this connection's channel is muted: the ledger names it once.</summary>
    public bool FirstMute(long connection, string channel) => _muted.Add((connection, channel));

    public static bool Matches(string pattern, string name) =>
        pattern == "*" || FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
