using System.Globalization;
using System.Text.RegularExpressions;

namespace MarketData.ClickHouse;

/// <summary>The operator's settings of the history in ClickHouse: section <c>[clickhouse]</c>. <see cref="Validate"/> lists every fault.</summary>
public sealed partial class ClickHouseOptions
{
    /// <summary>The HTTP address, <c>http://host:port</c> or <c>https://host:port</c>; a path is kept. Holds no login.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8123";

    /// <summary>The database: letters, digits and underscores; default <c>market</c>. It is created when it is missing.</summary>
    public string Database { get; set; } = "market";

    /// <summary>The user; default <c>default</c>.</summary>
    public string Username { get; set; } = "default";

    /// <summary>The user's password; default none. Never logged.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// How long one insert, question or statement of a migration may take: 100 ms to 1 h, default 30 s. Then the archiver repeats it, and rows
    /// collapse; a reader gives up.
    /// </summary>
    public TimeSpan InsertTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The bound of the first pause after a failure, doubled at each further one: 1 ms to 60 s, default 500 ms.</summary>
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The bound of the longest pause between two attempts: <see cref="BackoffBase"/> to 10 min, default 10 s.</summary>
    public TimeSpan BackoffCap { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Failures in a row after which a table's circuit opens: 2 to 1000, default 5.</summary>
    public int CircuitThreshold { get; set; } = 5;

    /// <summary>How long an open circuit lets nothing through: 500 ms to 10 min, default 5 s. Then one attempt probes.</summary>
    public TimeSpan CircuitOpen { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long rows are kept, per table; default: for ever. Applied at the start.</summary>
    public ClickHouseTtlOptions Ttl { get; set; } = new();

    /// <summary>Checks every setting.</summary>
    /// <returns>One full sentence per fault, without secrets; empty when the options can be used.</returns>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
        {
            faults.Add("clickhouse.url is no address without a login. Set it to http://host:port, and the login by clickhouse.username and "
                + "CLICKHOUSE__PASSWORD.");
        }
        if (!Identifier().IsMatch(Database))
            faults.Add($"clickhouse.database is '{Database}'. Use letters, digits and underscores, not beginning with a digit.");
        Duration("insert_timeout_seconds", InsertTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Duration("backoff_base_seconds", BackoffBase, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60));
        Duration("backoff_cap_seconds", BackoffCap, BackoffBase, TimeSpan.FromMinutes(10));
        Duration("circuit_open_seconds", CircuitOpen, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(10));
        if (CircuitThreshold is < 2 or > 1000)
            faults.Add($"clickhouse.circuit_threshold is {CircuitThreshold}. Set it to a whole number from 2 to 1000.");
        faults.AddRange(Ttl.Validate());
        return faults;

        void Duration(string key, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
        {
            if (value < minimum || value > maximum)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture,
                    $"clickhouse.{key} is {value.TotalSeconds}. Set it to a value from {minimum.TotalSeconds} to {maximum.TotalSeconds}."));
            }
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Identifier();
}
