using System.Runtime.CompilerServices;
using ClickHouse.Driver;
using MarketData.ClickHouse.Writing;
using MarketData.Coverage;
using MarketData.History;

namespace MarketData.ClickHouse.Reading;

/// <summary>
/// The order books of the history in ClickHouse. Comes in: questions. Goes out: stored events, exactly. Owns: the connections. Any thread; each
/// answer is read as it comes, a question fails after <see cref="ClickHouseOptions.InsertTimeout"/> without any of it, and nothing is repeated.
/// Needs the right to read the tables, no other.
/// </summary>
public sealed class ClickHouseBookHistory : IBookHistory, IDisposable
{
    private const long NsPerMs = 1_000_000;

    // How far our clock may be from the exchange's, and a frame may be late, before an update would not be found.
    private const long LatenessMs = 3_600_000;

    private readonly ClickHouseOptions _options;
    private readonly ClickHouseClient _client;
    private readonly Statements _statements;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates it; nothing is sent before the first question.</summary>
    /// <param name="options">Where ClickHouse is.</param>
    /// <param name="timeProvider">The clock of time-outs, and of the last day that there can be.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ClickHouseBookHistory(ClickHouseOptions options, TimeProvider timeProvider)
    {
        (_options, _timeProvider) = (options, timeProvider);
        _client = ClientFactory.Create(options);
        _statements = new Statements(_client, options, timeProvider);
    }

    /// <inheritdoc/>
    public async Task<OrderBookEvent?> LastSnapshotAsync(
        Instrument instrument, long seenBeforeUnixMs, long changedUntilUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        foreach (var (from, until) in HistoryWindows.Back((seenBeforeUnixMs * NsPerMs) - 1))
        {
            if (await FindAsync(instrument, from, until, changedUntilUnixMs, wantsLast: true, cancellationToken) is { } found) return found;
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<OrderBookEvent?> NextSnapshotAsync(Instrument instrument, long seenFromUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        foreach (var (from, until) in HistoryWindows.Ahead(seenFromUnixMs * NsPerMs, _timeProvider.GetUtcNow()))
        {
            if (await FindAsync(instrument, from, until, null, wantsLast: false, cancellationToken) is { } found) return found;
        }

        return null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<OrderBookEvent> ReadUpdatesAsync(
        Instrument instrument, long afterChangeId, long fromUnixMs, long untilUnixMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var key = instrument.Key;
        var question = new BookQuestions(instrument).Updates(afterChangeId, fromUnixMs, untilUnixMs, LatenessMs);
        await using var rows = _statements.StreamAsync(question, BookQuestions.BookColumns, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await AskAsync(async () => await rows.MoveNextAsync() ? BookRows.Read(instrument, key, BookAction.Update, rows.Current) : null)
            is { } update)
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(
        Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var questions = new BookQuestions(instrument);
        var (fromNs, untilNs) = (Math.Max(0, fromUnixMs) * NsPerMs, untilUnixMs * NsPerMs);
        return AskAsync<IReadOnlyList<LedgerEntry>>(async () =>
        {
            var begin = await TimeAsync(questions.ClosingBefore(fromNs)) ?? 0;
            var end = await TimeAsync(questions.ClosingAfter(untilNs)) ?? long.MaxValue;
            var rows = await _statements.ReadAsync(questions.Ledger(begin, end, fromNs), BookQuestions.LedgerColumns, cancellationToken);
            return [.. rows.Select(row => BookRows.ReadLedger(instrument, instrument.Key, row)).OfType<LedgerEntry>()];
        });

        async Task<long?> TimeAsync(string question) =>
            await _statements.ReadAsync(question, 1, cancellationToken) is [var row] ? BookRows.Whole(row[0]) : null;
    }

    /// <summary>Closes the connections. No question may run.</summary>
    public void Dispose() => _client.Dispose();

    private Task<OrderBookEvent?> FindAsync(
        Instrument instrument, long fromNs, long untilNs, long? changedUntilUnixMs, bool wantsLast, CancellationToken cancellationToken)
    {
        var questions = new BookQuestions(instrument);
        return AskAsync(async () =>
        {
            var keys = await _statements.ReadAsync(
                questions.SnapshotKey(fromNs, untilNs, changedUntilUnixMs, wantsLast), BookQuestions.KeyColumns, cancellationToken);
            if (keys is not [var key]) return null;
            var rows = await _statements.ReadAsync(questions.Snapshot(key), BookQuestions.BookColumns, cancellationToken);
            return rows is [var row] ? BookRows.Read(instrument, instrument.Key, BookAction.Snapshot, row) : null;
        });
    }

    private Task<T> AskAsync<T>(Func<Task<T>> question) => Asking.RunAsync(question, _options);
}
