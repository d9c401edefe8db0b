using Confluent.Kafka;
using MarketData.Symbols;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// Follows <c>market.symbols</c>. Comes in: its records. Goes out: the table. Owns: a consumer, and the seeding of a topic that nobody has
/// used. Runs on: a task of its own.
/// <para>
/// The table is whole or the one before: it is given out when every partition was read to its end, and a broker that is away changes
/// nothing. Several collectors may seed at once: each writes the same records, and writing one twice changes nothing.
/// </para>
/// </summary>
public sealed class KafkaSymbolSource : ISymbolSource
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);

    // A flood of records must not keep the table from being given out.
    private const int MostPerTable = 1_000;

    private readonly KafkaOptions _options;
    private readonly KafkaSymbolWriter _writer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogRouter _log;
    private readonly LogThrottle _throttle;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SymbolTable _current = SymbolTable.Unread;
    private volatile string? _reason;
    private int _attempt;
    private Task _follow = Task.CompletedTask;

    /// <summary>Creates a source; nothing is opened before <see cref="Start"/>.</summary>
    /// <param name="options">Where Kafka is.</param>
    /// <param name="source">Who writes the seed, for the records' <c>source</c> header.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Gets what happens to the topic, and the client library's log.</param>
    public KafkaSymbolSource(KafkaOptions options, string source, TimeProvider timeProvider, ILogger<KafkaSymbolSource> logger)
    {
        (_options, _time, _logger) = (options, timeProvider, logger);
        _writer = new KafkaSymbolWriter(options, source, timeProvider, (ILogger)logger);
        _log = new LogRouter(options, logger, timeProvider);
        _throttle = new LogThrottle(timeProvider, LogInterval);
    }

    /// <inheritdoc/>
    public SymbolTable Current => _current;

    /// <inheritdoc/>
    public IReadOnlyList<string> Reasons => _reason is { } reason ? [reason] : [];

    /// <inheritdoc/>
    public void Start(IReadOnlyList<SymbolEntry> seed) => _follow = Task.Run(() => FollowAsync(seed, _stop.Token));

    /// <inheritdoc/>
    public async Task<SymbolTable> WaitForNewerAsync(long seenVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_current.Version > seenVersion)
                    return _current;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops to follow. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _follow;
    }

    private async Task FollowAsync(IReadOnlyList<SymbolEntry> seed, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(_time, Random.Shared.NextDouble);
        for (_attempt = 1; !cancellationToken.IsCancellationRequested; _attempt++)
        {
            try
            {
                using var topic = new SymbolTopic(_options, _log, _logger);
                await Task.Run(topic.Open, cancellationToken);
                await ReadAsync(topic, seed, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Say(exception is KafkaException kafka ? DeliveryErrors.Describe(kafka.Error) + "." : exception.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await backoff.WaitAsync(_attempt, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(SymbolTopic topic, IReadOnlyList<SymbolEntry> seed, CancellationToken cancellationToken)
    {
        // From the beginning into a new table, which takes the place of the one before when it is whole.
        var table = new SymbolTableBuilder();
        var isUnused = false;
        while (!topic.IsRead)
            await TakeAsync(topic, table, cancellationToken);
        if (await Task.Run(topic.IsUnused, cancellationToken))
        {
            if (_current.Version > 0 && !_current.IsUnused)
            {
                // Somebody made the topic anew. Closing everything for that is not what anybody means.
                _logger.SymbolsVanished(_options.Topics.Symbols);
                foreach (var entry in _current.Entries)
                    table.Apply(entry.Key, SymbolRecord.WriteValue(entry), out _);
            }
            else
            {
                isUnused = seed.Count == 0;
                await SeedAsync(topic, table, seed, cancellationToken);
            }
        }

        (_reason, _attempt, var changed) = (null, 0, true);
        _logger.SymbolsRead(_options.Topics.Symbols, table.Build(0).Entries.Count);
        while (true)
        {
            if (changed)
                Publish(table, isUnused);
            changed = await TakeAsync(topic, table, cancellationToken);
            isUnused &= !changed;
        }
    }

    private async Task SeedAsync(SymbolTopic topic, SymbolTableBuilder table, IReadOnlyList<SymbolEntry> seed, CancellationToken cancellationToken)
    {
        if (seed.Count == 0)
            return;
        var places = await _writer.WriteAsync([.. seed.Select(SymbolChange.Put)], cancellationToken);
        _logger.SymbolsSeeded(_options.Topics.Symbols, seed.Count);
        while (!places.All(topic.HasPassed))
            await TakeAsync(topic, table, cancellationToken);
    }

    // Takes what there is, and rests when there is nothing more. Returns whether the table is another one now.
    private async Task<bool> TakeAsync(SymbolTopic topic, SymbolTableBuilder table, CancellationToken cancellationToken)
    {
        var changed = false;
        for (var taken = 0; taken < MostPerTable; taken++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!topic.TryTake(out var key, out var value))
            {
                await Task.Delay(Look, _time, cancellationToken);
                break;
            }

            // Without the cast, null would become an empty value by way of byte[].
            var sentence = table.Apply(key, value is null ? (ReadOnlyMemory<byte>?)null : value, out var isNew);
            changed |= isNew;

            // A record that says the same again is not told again.
            if (isNew && sentence.Length > 0 && _throttle.Allow(sentence, out var suppressed))
                _logger.SymbolIgnored(_options.Topics.Symbols, sentence, suppressed);
        }

        return changed;
    }

    private void Publish(SymbolTableBuilder table, bool isUnused)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _current = table.Build(_current.Version + 1, isUnused);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private void Say(string reason)
    {
        _reason = $"symbols_unreachable: the topic {_options.Topics.Symbols} cannot be followed: {reason}";
        if (_throttle.Allow("unread", out var suppressed))
            _logger.SymbolsUnread(_options.Topics.Symbols, reason, suppressed);
    }
}
