using Microsoft.Extensions.Configuration;

namespace MarketData.Deribit;

/// <summary>What the operator may set under <c>[exchanges.deribit]</c>.</summary>
public sealed record DeribitExchangeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "exchanges:deribit";

    /// <summary>WebSocket address. Default: the production exchange.</summary>
    public Uri WebSocketUri { get; init; } = new("wss://www.deribit.com/ws/api/v2");

    /// <summary>Instrument names and patterns to collect. Default: the two inverse perpetuals.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = ["BTC-PERPETUAL", "ETH-PERPETUAL"];

    /// <summary>Interval of the book channels: <c>raw</c>, <c>100ms</c>, <c>agg2</c> or <c>auto</c> (raw with credentials, else 100ms).</summary>
    public string BookInterval { get; init; } = Auto;

    /// <summary>Interval of the trade channels, as <see cref="BookInterval"/>.</summary>
    public string TradesInterval { get; init; } = Auto;

    /// <summary>Interval of the ticker channels, as <see cref="BookInterval"/>.</summary>
    public string TickerInterval { get; init; } = Auto;

    /// <summary>API key id; null = public access. From the environment (<c>DERIBIT_KEY</c>), never from a file under config/.</summary>
    public string? Key { get; init; }

    /// <summary>API key secret; from the environment (<c>DERIBIT_SECRET</c>).</summary>
    public string? Secret { get; init; }

    /// <summary>Longest time between two snapshots of a live book on Kafka. Default 10 s.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromSeconds(10);

    internal const string Auto = "auto";
    private static readonly string[] Intervals = [Auto, "raw", "100ms", "agg2"];

    /// <summary>Whether there are credentials.</summary>
    public bool HasCredentials => Key is not null && Secret is not null;

    /// <summary>Reads the section; every fault is a sentence in <paramref name="faults"/>, and the default stands in for the faulty value.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="faults">Receives one sentence per fault.</param>
    public static DeribitExchangeOptions Read(IConfiguration configuration, ICollection<string> faults)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(faults);
        var section = configuration.GetSection(Section);
        var options = new DeribitExchangeOptions();
        var (key, secret) = (NullIfEmpty(section["key"]), NullIfEmpty(section["secret"]));
        if (key is null != secret is null)
        {
            var (present, missing) = key is null ? ("secret", "key") : ("key", "secret");
            faults.Add($"{Section}:{present} is set but {Section}:{missing} is not: set both DERIBIT_KEY and DERIBIT_SECRET, or neither.");
        }

        return options with
        {
            WebSocketUri = ReadUri(section, "ws_url", options.WebSocketUri, faults),
            Symbols = ReadSymbols(section.GetSection("symbols"), options.Symbols),
            BookInterval = ReadInterval(section, "book_interval", faults),
            TradesInterval = ReadInterval(section, "trades_interval", faults),
            TickerInterval = ReadInterval(section, "ticker_interval", faults),
            SnapshotInterval = ReadSeconds(section, "snapshot_interval_seconds", options.SnapshotInterval, faults),
            Key = key is null || secret is null ? null : key,
            Secret = key is null || secret is null ? null : secret,
        };
    }

    /// <summary>The same without the credentials.</summary>
    public override string ToString() =>
        $"{WebSocketUri}, {Symbols.Count} symbols, book {BookInterval}, credentials {(HasCredentials ? "present" : "absent")}";

    internal string Resolve(string interval) => interval != Auto ? interval : HasCredentials ? "raw" : "100ms";

    private static Uri ReadUri(IConfigurationSection section, string name, Uri standard, ICollection<string> faults)
    {
        if (NullIfEmpty(section[name]) is not { } text)
            return standard;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss")
            return uri;
        faults.Add($"{Section}:{name} is \"{text}\": give an absolute ws:// or wss:// address, for example {standard}.");
        return standard;
    }

    // A list in TOML is symbols:0, symbols:1 ..; the command line and the environment give one comma-separated value.
    private static List<string> ReadSymbols(IConfigurationSection section, IReadOnlyList<string> standard)
    {
        if (section.Value is { } text)
            return [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        var children = section.GetChildren().Select(child => child.Value ?? "").ToList();
        return children.Count > 0 || section.Exists() ? children : [.. standard];
    }

    private static string ReadInterval(IConfigurationSection section, string name, ICollection<string> faults)
    {
        var text = NullIfEmpty(section[name]) ?? Auto;
        if (Intervals.Contains(text))
            return text;
        faults.Add($"{Section}:{name} is \"{text}\": give one of {string.Join(", ", Intervals)}.");
        return Auto;
    }

    private static TimeSpan ReadSeconds(IConfigurationSection section, string name, TimeSpan standard, ICollection<string> faults)
    {
        if (NullIfEmpty(section[name]) is not { } text)
            return standard;
        if (double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 3600)
            return TimeSpan.FromSeconds(seconds);
        faults.Add($"{Section}:{name} is \"{text}\": give a number of seconds from 1 to 3600.");
        return standard;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
