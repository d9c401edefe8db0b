using System.Text;

using Deribit.Simulator.Faults;

using MarketData.Collectors;
using MarketData.Integration.Tests.Rigs;

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Credentials that the exchange does not accept.</summary>
[Trait("kind", "integration")]
public sealed class SessionCredentialsTests
{
    private const string Secret = "not-the-right-word-4711";

    [Fact]
    public async Task Row23_Rejected_credentials_fall_back_to_100_ms_with_a_quality_flag_and_no_leak()
    {
        const string late = "BTC-29JUN29";
        await using var rig = await SessionRigs.StartAsync(
            simulator =>
            {
                // Not even a change comes, which would show by itself that the snapshot is missing.
                simulator.Faults.Add(new Fault { Kind = FaultKind.NoSnapshot, Channel = $"book.{late}.100ms" });
                simulator.Faults.Add(new Fault { Kind = FaultKind.Mute, Channel = $"book.{late}.100ms" });
            },
            ("exchanges:deribit:key", "simulator"), ("exchanges:deribit:secret", Secret));
        var mark = new Mark(rig);

        // The acknowledgement of the 100 ms channel starts the book's deadline: 5 s, where a connection alone would give it 60 s.
        var stale = await mark.IntegrityAsync(late, "stale");
        Assert.InRange((stale.Number("received_at") - await rig.ConnectedAtAsync("orderbook", 1)) / 1e9, 4.5, 40);
        rig.Simulator.Faults.Clear();
        await mark.IntegrityAsync(late, "resynced");
        await Until.TrueAsync(
            () => rig.OrderBooks.ExchangeStatus.BooksLive == 8
                && rig.Collectors.All.All(one => one.ExchangeStatus is { ChannelsWanted: 11, ChannelsAcknowledged: 11 }),
            () => string.Join("; ", rig.Collectors.All.SelectMany(one => one.Reasons())));

        // A gap is healed on the channel that is really there.
        var here = await rig.MarkAsync();
        await rig.ApplyAsync(new Fault { Kind = FaultKind.Drop, Channel = "book.ETH-PERPETUAL.100ms" });
        await here.HealedAsync("ETH-PERPETUAL");
        await here.OthersUntouchedAsync("ETH-PERPETUAL", late);
        await Until.TrueAsync(() => rig.OrderBooks.ExchangeStatus.BooksLive == 8, () => "all books live");
        rig.AssertBooksExact();

        foreach (var collector in rig.Collectors.All)
        {
            await collector.SaysAsync("credentials_rejected");
            await collector.SaysAsync("raw_denied");
            await Until.TrueAsync(() => collector.Reasons().Count == 2, () => string.Join("; ", collector.Reasons()));
            var health = await new CollectorHealthCheck(collector).CheckHealthAsync(
                new HealthCheckContext(), TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Secret, health.Description + string.Join(' ', health.Data.Values), StringComparison.Ordinal);
        }

        Assert.Equal(3, mark.Lines.Count(line => line.Id.Id == 2010));
        Assert.Equal(3, mark.Lines.Count(line => line.Id.Id == 2024));
        await rig.StopAsync();
        Assert.DoesNotContain(rig.Log.Lines, line => line.Text.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(
            rig.Topics.OrderBooks.Concat(rig.Topics.Integrity).Concat(rig.Topics.DeadLetters),
            record => Encoding.UTF8.GetString(record.Value).Contains(Secret, StringComparison.Ordinal));
    }
}
