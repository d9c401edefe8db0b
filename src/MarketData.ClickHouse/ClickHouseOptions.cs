using System.Globalization;
using System.Text.RegularExpressions;

namespace MarketData.ClickHouse;

/// <summary>The operator's settings of the history in ClickHouse: section <c>[clickhouse]</c>. <see cref="Validate"/> lists every fault.</summary>
public sealed partial class ClickHouseOptions
{
    /// <summary>The HTTP address, <c>http://host:port</c> or <c>https://host:port</c>; a path is kept. Holds no login.</summary>
    public string Url { get; init; } = "http://127.0.0.1:8123";

    /// <summary>The database: letters, digits and underscores; default <c>market</c>. The migrator creates it.</summary>
    public string Database { get; init; } = "market";

    /// <summary>The user; default <c>default</c>.</summary>
    public string Username { get; init; } = "default";

    /// <summary>The user's password; default none. Never logged.</summary>
    public string Password { get; init; } = "";

    /// <summary>How long one insert or statement may take: 100 ms to 1 h, default 30 s. Then it is repeated; rows collapse.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first pause after a failure, doubled at each further one, with jitter: 1 ms to 60 s, default 200 ms.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two attempts: <see cref="FirstBackoff"/> to 10 min, default 10 s.</summary>
    public TimeSpan MaximumBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Failures in a row after which a table's circuit opens: 2 to 1000, default 5.</summary>
    public int FailuresToBreak { get; init; } = 5;

    /// <summary>How long an open circuit lets nothing through: 500 ms to 10 min, default 5 s. Then one attempt probes.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks every setting.</summary>
    /// <returns>One full sentence per fault, without secrets; empty when the options can be used.</returns>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
            faults.Add("The setting clickhouse:url is no address without a login. Set it to http://host:port or https://host:port.");
        if (!Identifier().IsMatch(Database))
            faults.Add($"The setting clickhouse:database is '{Database}'. Use letters, digits and underscores, not beginning with a digit.");
        Duration("clickhouse:operation_timeout", OperationTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Duration("clickhouse:first_backoff", FirstBackoff, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60));
        Duration("clickhouse:maximum_backoff", MaximumBackoff, FirstBackoff, TimeSpan.FromMinutes(10));
        Duration("clickhouse:break_duration", BreakDuration, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(10));
        if (FailuresToBreak is < 2 or > 1000)
            faults.Add($"The setting clickhouse:failures_to_break is {FailuresToBreak}. Set it to a whole number from 2 to 1000.");
        return faults;

        void Duration(string key, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
        {
            if (value < minimum || value > maximum)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture,
                    $"The setting {key} is {value.TotalSeconds} s. "
                    + $"Set it to a value from {minimum.TotalSeconds} s to {maximum.TotalSeconds} s."));
            }
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Identifier();
}
