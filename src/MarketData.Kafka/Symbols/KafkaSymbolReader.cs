using MarketData.Symbols;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>Reads <c>market.symbols</c> once, to its end, for somebody who asks. Any thread.</summary>
public static class KafkaSymbolReader
{
    /// <summary>The table as it is now.</summary>
    /// <param name="options">Where Kafka is.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Gets the client library's log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SinkError">No broker answers, or the topic does not exist.</exception>
    public static async Task<SymbolTable> ReadAsync(
        KafkaOptions options, TimeProvider timeProvider, ILogger<KafkaTail> logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var table = new SymbolTableBuilder();
        var isUnused = true;
        var tail = new KafkaTail(options, timeProvider, logger);
        await foreach (var record in tail.ReadAsync(
            options.Topics.Symbols, fromBeginning: true, stopAtEnd: true, cancellationToken: cancellationToken))
        {
            isUnused = false;
            table.Apply(record.Key, record.Value, out _);
        }

        return table.Build(1, isUnused);
    }
}
