using System.Buffers.Binary;
using FASTER.core;
using MarketData.Kafka.Tests.Support;

namespace MarketData.Kafka.Tests.Spill;

/// <summary>Parts of the log that cannot be read back: how much they held is known, and said.</summary>
public sealed class SpillDamageTests : SpillLaneTestBase
{
    private const int Events = 500;

    [Fact]
    public async Task Damaged_entry_is_passed_over_loudly_and_the_others_are_sent()
    {
        await using (var lane = await StalledAsync(inFlight: 5))
        {
            await PublishAsync(lane, 6, 500);
            using var deadline = new CancellationTokenSource();
            await deadline.CancelAsync();
            await lane.DrainAsync(deadline.Token);
        }
        var segment = Directory.EnumerateFiles(Options.Spill.Directory, "events*").Single();
        var bytes = await File.ReadAllBytesAsync(segment, Token);
        bytes[bytes.AsSpan().IndexOf("\"id\":400"u8)] ^= 0xFF;
        await File.WriteAllBytesAsync(segment, bytes, Token);

        Broker = new FakeBroker();
        await using var next = await StartAsync();
        await AcknowledgedAsync(next, 500);
        Assert.Equal(Ids(1, 399), Broker.Ids("market.trades")[..399]);
        Assert.DoesNotContain(400, Broker.Ids("market.trades"));
        Assert.Equal(Ids(401, 500), Broker.Ids("market.trades")[399..]);
        Assert.Contains(Log.Entries, entry => entry.Id == 7026 && entry.Text.Contains("damaged", StringComparison.Ordinal));

        // The lost one is counted, and the ledger says so.
        Assert.Equal((501L, 1L, 1L), (next.Counters.In, next.Counters.Rejected, next.Counters.Lost));
        Assert.Equal("deribit.*", Assert.Single(Broker.Log, sent => sent.Topic == "market.integrity").KeyText);
    }

    // Found in a review: a page that held many events was reported as one. Ten pages hold the log here: the damage costs the rest of one.
    [Theory]
    [InlineData((byte)0xFF)]
    [InlineData((byte)0)]
    public async Task Damage_that_costs_many_events_is_reported_with_their_number(byte filler)
    {
        await LeaveOnDiskAsync(entryBytes: 40_000);
        Damage("\"id\":100}"u8, 500, filler);

        Broker = new FakeBroker();
        await using var next = await StartAsync();
        await Conditions.UntilAsync(() => Broker.Log.Any(sent => sent.Topic == "market.integrity"), "the ledger says so", Tick);
        var sent = Broker.Ids("market.trades");
        var lost = Events - sent.Length;
        Assert.InRange(lost, 2, 55);
        Assert.Equal(Ids(1, 98), sent[..98]);
        Assert.Equal(Events, sent[^1]);
        await AssertReportedAsync(next, lost);
    }

    [Fact]
    public async Task Damage_up_to_the_end_is_reported_with_the_number_of_events_as_well()
    {
        await LeaveOnDiskAsync();
        Damage("\"id\":400}"u8, int.MaxValue, 0xFF);

        Broker = new FakeBroker();
        await using (var next = await StartAsync())
        {
            await Conditions.UntilAsync(() => Broker.Log.Any(sent => sent.Topic == "market.integrity"), "the ledger says so", Tick);
            var sent = Broker.Ids("market.trades");
            Assert.Equal(Ids(1, sent.Length), sent);
            Assert.InRange(sent.Length, 390, 399);
            await AssertReportedAsync(next, Events - sent.Length);
            Assert.True(await next.DrainAsync(Token));
        }

        Broker = new FakeBroker();
        await using var third = await StartAsync();
        Assert.Equal((0, 0), (third.Counters.In, third.Counters.Rejected));
    }

    [Fact]
    public async Task Log_of_which_nothing_can_be_read_is_reported_with_the_first_event_and_only_once()
    {
        await LeaveOnDiskAsync();
        Damage("\"id\":1}"u8, int.MaxValue, 0xFF, before: 400);

        Broker = new FakeBroker();
        await using (var next = await StartAsync())
        {
            Assert.Equal((Events, Events), (next.Counters.In, next.Counters.Rejected));
            await PublishAsync(next, 1_000, 1_000);
            await AssertReportedAsync(next, Events, published: 1);
            await Conditions.UntilAsync(() => next.KafkaCounters.SpillBytes == 0, "given up", Tick);
            Assert.True(await next.DrainAsync(Token));
        }

        Broker = new FakeBroker();
        await using var third = await StartAsync();
        Assert.Equal((0, 0), (third.Counters.In, third.Counters.Rejected));
    }

    [Fact]
    public async Task Damage_that_comes_while_the_lane_runs_is_reported_with_the_number_of_events()
    {
        await LeaveOnDiskAsync(entryBytes: 40_000);
        Broker = new FakeBroker { AcknowledgeAtOnce = false };
        Topics.Outcome = new TopicsOutcome(TopicsState.Unreachable, "away");
        await using var next = await StartAsync();
        Assert.Equal(Events, next.Counters.Spilled);
        Damage("\"id\":400}"u8, 500, 0xFF);
        Topics.Outcome = FakeTopics.Ready;
        await Conditions.UntilAsync(() => next.Counters.Rejected > 0, "given up", () =>
        {
            Broker.Link.Acknowledge();
            Tick();
        });
        Broker.AcknowledgeAtOnce = true;
        await AssertReportedAsync(next, Events - Broker.Ids("market.trades").Length);
    }

    // A log that was written before events were numbered.
    [Fact]
    public async Task Damage_of_a_log_that_was_not_counted_is_said_in_words()
    {
        using (var commits = new SpillCommits(Path.Combine(Directory.CreateDirectory(Options.Spill.Directory).FullName, SpillLog.CommitsName)))
        using (var device = Devices.CreateLogDevice(Path.Combine(Options.Spill.Directory, "events"), recoverDevice: true))
        using (var log = new FasterLog(new FasterLogSettings
        {
            LogDevice = device, LogCommitManager = commits, LogChecksum = LogChecksumType.PerEntry, PageSize = 2 << 20, MemorySize = 8 << 20,
            SegmentSize = Options.Spill.SegmentBytes, TryRecoverLatest = false,
        }))
        {
            var factory = new MessageFactory(Options.Topics, "test", TestEvents.Encode);
            log.Enqueue(OldEntry(factory.Of(TestEvents.Trade("A", 1))));
            log.Enqueue("not an entry"u8.ToArray());
            log.Enqueue(OldEntry(factory.Of(TestEvents.Trade("A", 2))));
            log.Commit(spinWait: true);
        }

        await using var next = await StartAsync();
        await AcknowledgedAsync(next, 3);
        Assert.Equal(Ids(1, 2), Broker.Ids("market.trades"));
        Assert.Contains("how many events it held is not known", Detail(), StringComparison.Ordinal);
        Assert.Contains(Log.Entries, entry => entry.Id == 7029);
        Assert.Equal((3, 0), (next.Counters.In, next.Counters.Rejected));
        Assert.True(await next.DrainAsync(Token));
    }

    /// <summary>version(1) crc32c(4) flags(1) order(8) and no number: topic and so on.</summary>
    private static byte[] OldEntry(PendingMessage message)
    {
        var entry = new SpillRecord().Write(message);
        byte[] old = [1, .. entry[1..14], .. entry[22..]];
        BinaryPrimitives.WriteUInt32LittleEndian(old.AsSpan(1), SpillRecord.Checksum(old.AsSpan(5)));
        return old;
    }

    private string Detail() =>
        Assert.IsType<IntegrityEvent>(Assert.Single(Broker.Log, sent => sent.Topic == "market.integrity").Event).Detail!;

    private async Task AssertReportedAsync(KafkaLane lane, long lost, int published = 0)
    {
        await AcknowledgedAsync(lane, Events - lost + 1 + published);
        Assert.Equal(lost, lane.Counters.Rejected);
        AssertConserved(lane, Events + 1 + published);
        Assert.Equal($"{lost} events in the spill log could not be read back.", Detail());
        Assert.Contains(Log.Entries, entry => entry.Id == 7025 && entry.Text.StartsWith($"{lost} events", StringComparison.Ordinal));
    }

    /// <summary>Ends a lane without a broker: all events are on disk.</summary>
    private async Task LeaveOnDiskAsync(int entryBytes = 0)
    {
        await using var lane = await StalledAsync(inFlight: 5, (marketEvent, output) =>
        {
            TestEvents.Encode(marketEvent, output);
            output.GetSpan(entryBytes + 1)[..entryBytes].Fill((byte)' ');
            output.Advance(entryBytes);
        });
        await PublishAsync(lane, 6, Events);
        await SpilledAsync(lane, Events - 5);
        Assert.False(await lane.DrainAsync(new CancellationToken(canceled: true)));
        Assert.Equal(Events, lane.Counters.Spilled);
    }

    /// <summary>Fills some bytes of the log's files, from shortly before a text on.</summary>
    private void Damage(ReadOnlySpan<byte> text, int length, byte filler, int before = 200)
    {
        foreach (var segment in Directory.EnumerateFiles(Options.Spill.Directory, "events*"))
        {
            var bytes = File.ReadAllBytes(segment);
            if (bytes.AsSpan().IndexOf(text) is >= 0 and var at)
            {
                var rest = bytes.AsSpan(Math.Max(0, at - before));
                rest[..Math.Min(rest.Length, length)].Fill(filler);
                using var file = new FileStream(segment, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.Write(bytes);
            }
        }
    }
}
