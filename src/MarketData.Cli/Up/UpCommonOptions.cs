using System.CommandLine;

namespace MarketData.Cli.Up;

/// <summary>The options of everything that runs collectors in this process: <c>up</c> and <c>replay</c>.</summary>
internal sealed class UpCommonOptions
{
    private readonly Option<string?> _symbols =
        new("--symbols") { Description = "Instruments and patterns, comma-separated: BTC-PERPETUAL,ETH-* or *." };

    private readonly Option<string?> _duration = new("--duration") { Description = "Stop by itself after this time: 30s, 5m, 1h." };
    private readonly Option<int?> _redisPort = NumberOption.Create("--redis-port", "Port of the embedded Redis; 0 = any free one.", 0, 65535);
    private readonly Option<int?> _httpPort = NumberOption.Create("--http-port", "Port of health and metrics; 0 = any free one.", 0, 65535);

    private readonly Option<string?> _addresses =
        new("--addresses") { Description = "Write the addresses to this file as JSON once everything is up." };

    private readonly Option<bool> _noHistory =
        new("--no-history") { Description = "Keep no files of what was collected; by default they are below parquet.directory." };

    private readonly Option<bool> _plain = new("--plain") { Description = "Plain lines instead of a table that refreshes in place." };
    private readonly Option<string?> _config = new("--config") { Description = "The configuration directory." };

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_symbols, _duration, _redisPort, _httpPort, _addresses, _noHistory, _plain, _config])
            command.Options.Add(option);
    }

    /// <summary>Reads what was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="faults">Takes a sentence per fault.</param>
    public UpOptions Read(ParseResult parsed, List<string> faults)
    {
        var addresses = parsed.GetValue(_addresses);
        if (Directory.Exists(addresses))
            faults.Add($"--addresses {addresses}: that is a directory. Give the name of a file.");
        return new UpOptions
        {
            Symbols = parsed.GetValue(_symbols),
            Duration = parsed.GetValue(_duration) is { } text ? DurationOption.Parse(text, faults) : null,
            RedisPort = parsed.GetValue(_redisPort) ?? 0,
            HttpPort = parsed.GetValue(_httpPort),
            AddressesFile = addresses,
            HasHistory = !parsed.GetValue(_noHistory),
            Plain = parsed.GetValue(_plain),
            ConfigDirectory = parsed.GetValue(_config),
        };
    }
}
