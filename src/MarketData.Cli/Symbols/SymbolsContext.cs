using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.Deribit;
using MarketData.Exchanges;
using MarketData.Kafka;
using MarketData.Symbols;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Cli.Symbols;

/// <summary>
/// The table and the exchange that a <c>symbols</c> command works with. Comes in: where they are. Goes out: what they say. Owns: the
/// connection to the exchange, which is opened when it is needed.
/// </summary>
internal sealed class SymbolsContext : IAsyncDisposable
{
    private static readonly TimeSpan ExchangePatience = TimeSpan.FromSeconds(15);

    private readonly IConfiguration _configuration;
    private readonly KafkaOptions _kafka;
    private readonly ServiceProvider _services;
    private IExchange? _exchange;

    private SymbolsContext(IConfiguration configuration)
    {
        _configuration = configuration;
        _kafka = KafkaServiceCollectionExtensions.ReadOptions(configuration);
        _services = new ServiceCollection()
            .AddSingleton(configuration).AddSingleton(TimeProvider.System).AddLogging().AddDeribit().AddSingleton<ExchangeFactory>()
            .BuildServiceProvider();
    }

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static SymbolsContext Open(ParseResult parsed, InspectOptions where) => new(where.Load(parsed, "kafka:bootstrap_servers"));

    /// <summary>The exchange; not connected before it is asked something.</summary>
    /// <exception cref="ConfigurationError">Its section cannot be used.</exception>
    public IExchange Exchange
    {
        get
        {
            if (_exchange is not null)
                return _exchange;
            var faults = new List<string>();
            var exchange = _services.GetRequiredService<ExchangeFactory>().Find(_configuration).Create(_configuration, faults);
            return faults.Count == 0 ? _exchange = exchange : throw new ConfigurationError(faults);
        }
    }

    public SymbolEntry EntryOf(SymbolSelector selector, DataKind kinds) => new() { Exchange = Exchange.Name, Selector = selector.Text, Kinds = kinds };

    /// <summary>The table as it is now.</summary>
    /// <exception cref="SinkError">Kafka is away, or has no such topic.</exception>
    public Task<SymbolTable> ReadTableAsync(CancellationToken stop) =>
        KafkaSymbolReader.ReadAsync(_kafka, TimeProvider.System, NullLogger<KafkaTail>.Instance, stop);

    /// <summary>What the exchange lists.</summary>
    /// <exception cref="ExchangeError">It is away.</exception>
    public async Task<IReadOnlyList<Instrument>> ReadInstrumentsAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(ExchangePatience);
        try
        {
            return await Exchange.GetInstrumentsAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ExchangeError(
                Exchange.Name, $"The exchange at {_configuration["exchanges:deribit:ws_url"]} did not answer within {ExchangePatience.TotalSeconds:0} s.");
        }
    }

    /// <summary>Writes changes; returns when Kafka has them.</summary>
    /// <exception cref="SinkError">Kafka is away or refuses.</exception>
    public async Task WriteAsync(IReadOnlyCollection<SymbolChange> changes, CancellationToken stop)
    {
        var writer = new KafkaSymbolWriter(
            _kafka, $"{Environment.UserName}@{Environment.MachineName}/symbols", TimeProvider.System, NullLogger<KafkaSymbolWriter>.Instance);
        await writer.WriteAsync(changes, stop);
    }

    /// <summary>Sees to it that there is a topic to write to.</summary>
    /// <exception cref="SinkError">Kafka is away or refuses.</exception>
    public Task EnsureTopicAsync(CancellationToken stop) => new KafkaSymbolWriter(
        _kafka, "marketdata-symbols", TimeProvider.System, NullLogger<KafkaSymbolWriter>.Instance).EnsureTopicAsync(stop);

    public async ValueTask DisposeAsync()
    {
        if (_exchange is not null)
            await _exchange.DisposeAsync();
        await _services.DisposeAsync();
    }
}
