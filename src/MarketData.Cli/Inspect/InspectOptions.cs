using System.CommandLine;

using MarketData.Deribit;
using MarketData.Redis;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Inspect;

/// <summary>How the commands that ask, and <c>backfill</c>, find the servers: the configuration, or else the newest <c>up</c> of this user.</summary>
internal sealed class InspectOptions
{
    // They mean: whatever goes with ws_url.
    private static readonly DeribitExchangeOptions Defaults = new();

    private readonly Option<string?> _addresses = new("--addresses") { Description = "The file that up --addresses wrote; default: the newest up." };
    private readonly Option<string?> _config = new("--config") { Description = "The configuration directory." };

    public void AddTo(Command command)
    {
        command.Options.Add(_addresses);
        command.Options.Add(_config);
    }

    /// <summary>The configuration, with the addresses filled in where it names none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="key">The address that the command needs, for example <c>redis:url</c>.</param>
    /// <exception cref="ConfigurationFaultsException">The configuration has faults.</exception>
    /// <exception cref="ConfigurationError">There is no address.</exception>
    /// <exception cref="CommandLineError">The file of addresses is none, or its <c>up</c> no longer runs.</exception>
    public IConfiguration Load(ParseResult parsed, string key)
    {
        var loaded = Read(parsed, new Dictionary<string, string>(), out var configuration);
        loaded.ThrowIfFaulty();
        var file = parsed.GetValue(_addresses);
        if (file is null && loaded[key].Length > 0)
        {
            // An up with one's own Kafka has an exchange of its own all the same.
            if (AddressBook.TryReadDefault() is { IsStale: false } own && own.Kafka == loaded["kafka:bootstrap_servers"])
                Read(parsed, ExchangeOf(own), out configuration);
            return configuration;
        }

        var book = Find(file, key);
        var found = ExchangeOf(book);
        (found["kafka:bootstrap_servers"], found["redis:url"]) = (book.Kafka, book.Redis);

        // The file holds no login: where the configuration names the same server, it knows it.
        if (new RedisOptions { Url = loaded["redis:url"] }.Address == book.Redis)
            found.Remove("redis:url");
        Read(parsed, found, out configuration);
        return configuration;
    }

    /// <summary>The configuration of a command that needs nothing which an <c>up</c> has.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="ConfigurationFaultsException">The configuration has faults.</exception>
    public IConfiguration LoadOwn(ParseResult parsed)
    {
        Read(parsed, [], out var configuration).ThrowIfFaulty();
        return configuration;
    }

    /// <summary>The configuration with whatever faults it has, with the servers of an <c>up</c> where one is named, or it names neither Kafka nor Redis.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="configuration">The same as .NET knows it.</param>
    /// <param name="up">The <c>up</c>; null: the configuration's own servers.</param>
    /// <exception cref="CommandLineError">The <c>up</c> that is named is none, or no longer runs.</exception>
    public LoadedConfiguration LoadAsIs(ParseResult parsed, out IConfiguration configuration, out AddressBook? up)
    {
        var loaded = Read(parsed, [], out configuration);
        up = NamesUp(parsed) || (loaded["kafka:bootstrap_servers"].Length == 0 && loaded["redis:url"].Length == 0) ? FindUp(parsed) : null;
        if (up is null)
            return loaded;
        var found = ExchangeOf(up);
        (found["kafka:bootstrap_servers"], found["redis:url"]) = (up.Kafka, up.Redis);
        return Read(parsed, found, out configuration);
    }

    /// <summary>Whether the command line names an <c>up</c>.</summary>
    public bool NamesUp(ParseResult parsed) => parsed.GetValue(_addresses) is not null;

    /// <summary>The <c>up</c> that the command line names, else the newest of this user that runs; null when there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="CommandLineError">The one that is named is none, or no longer runs.</exception>
    public AddressBook? FindUp(ParseResult parsed) =>
        parsed.GetValue(_addresses) is { } file ? Find(file, "")
        : AddressBook.TryReadDefault() is { IsStale: false } own ? own
        : null;

    /// <summary>The configuration with the exchange of an <c>up</c>.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="up">The <c>up</c>.</param>
    /// <exception cref="ConfigurationFaultsException">The configuration has faults.</exception>
    public IConfiguration LoadWithExchangeOf(ParseResult parsed, AddressBook up)
    {
        Read(parsed, ExchangeOf(up), out var configuration).ThrowIfFaulty();
        return configuration;
    }

    private static AddressBook Find(string? file, string key)
    {
        var book = file is null ? AddressBook.TryReadDefault() : AddressBook.TryRead(file);
        if (book is null && file is not null)
            throw new CommandLineError([$"--addresses {file}: there is no such file, or up did not write it."]);
        if (book is null)
            throw new ConfigurationError([$"{key} is not set and no up of this user runs: start one, or set the address."]);
        if (!book.IsStale)
            return book;
        var gone = $"the up at {book.Http} no longer runs, although its addresses are still in {file ?? AddressBook.DefaultFile}.";
        throw file is null
            ? new ConfigurationError([$"{key} is not set, and {gone} Start up again, or set the address."])
            : new CommandLineError([$"--addresses {file}: {gone} Start up again."]);
    }

    // What is only asked is asked without a login: a simulator must never be sent a real one.
    // Its past is asked of the same network: addresses that the configuration names belong to the one that it names.
    internal static Dictionary<string, string> ExchangeOf(AddressBook book) => new()
    {
        ["exchanges:deribit:ws_url"] = book.Exchange,
        ["exchanges:deribit:http_url"] = Defaults.HttpUrl.AbsoluteUri,
        ["exchanges:deribit:history_url"] = Defaults.HistoryUrl!.AbsoluteUri,
        ["exchanges:deribit:key"] = "",
        ["exchanges:deribit:secret"] = "",
    };

    private LoadedConfiguration Read(ParseResult parsed, Dictionary<string, string> overrides, out IConfiguration configuration) =>
        Read(parsed.GetValue(_config), overrides, out configuration);

    /// <summary>Reads the configuration.</summary>
    /// <param name="directory">Its directory; null: found by itself.</param>
    /// <param name="overrides">What wins over it.</param>
    /// <param name="configuration">The same as .NET knows it.</param>
    public static LoadedConfiguration Read(string? directory, Dictionary<string, string> overrides, out IConfiguration configuration)
    {
        var inputs = ConfigurationInputs.FromProcess(
            Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Development", directory is null ? [] : ["--config", directory]);
        var builder = new ConfigurationBuilder();
        var loaded = builder.AddMarketDataConfiguration(inputs with { Overrides = overrides });
        configuration = builder.Build();
        return loaded;
    }
}
