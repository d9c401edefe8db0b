using System.Text;

using MarketData.Deribit.Recording;
using MarketData.Exchanges;

using Microsoft.Extensions.Time.Testing;

namespace MarketData.Deribit.Tests;

public sealed class RecordingTapTests
{
    private static readonly CollectedRecord s_collected = new(
        "deribit", "test.deribit.com", "Why.",
        [
            new Instrument
            {
                Exchange = "deribit", Name = "BTC-29JUN29-9-C", TickSize = 0.0001m, TickSizeSteps = [new TickSizeStep(0.005m, 0.0005m)],
                ExpiresAt = new DateTimeOffset(2029, 6, 29, 8, 0, 0, TimeSpan.Zero), Strike = 9,
            },
        ]);

    [Fact]
    public void After_a_loss_nothing_of_that_connection_is_recorded_and_the_next_one_begins_with_what_is_collected()
    {
        var recorder = new Recorder();
        var tap = new RecordingTap(recorder, new FakeTimeProvider());
        tap.Collected(s_collected);
        Assert.True(tap.TryTake(Of(DeribitRecordKind.Connected, 1)));
        Assert.True(tap.TryTake(Of(DeribitRecordKind.Frame, 1)));
        recorder.IsFull = true;
        Assert.False(tap.TryTake(Of(DeribitRecordKind.Frame, 1)));
        recorder.IsFull = false;
        Assert.False(tap.TryTake(Of(DeribitRecordKind.Frame, 1)));
        Assert.False(tap.TryTake(Of(DeribitRecordKind.Disconnected, 1)));
        Assert.True(tap.TryTake(Of(DeribitRecordKind.Connected, 2)));
        Assert.True(tap.TryTake(Of(DeribitRecordKind.Frame, 2)));
        Assert.Equal("32 0, 32 1, 3 1, 1 1, 32 2, 3 2, 1 2", string.Join(", ", recorder.Records));
        Assert.Equal(2, recorder.LeftOut);
    }

    [Fact]
    public void What_is_collected_that_could_not_be_recorded_ends_the_connection()
    {
        var recorder = new Recorder();
        var tap = new RecordingTap(recorder, new FakeTimeProvider());
        Assert.True(tap.TryTake(Of(DeribitRecordKind.Connected, 1)));
        recorder.IsFull = true;
        tap.Collected(s_collected);
        recorder.IsFull = false;
        Assert.False(tap.TryTake(Of(DeribitRecordKind.Frame, 1)));
        Assert.True(tap.TryTake(Of(DeribitRecordKind.Connected, 2)));
        Assert.Equal("3 1, 32 2, 3 2", string.Join(", ", recorder.Records));
    }

    [Fact]
    public void Instruments_are_read_as_they_were_written()
    {
        var read = CollectedRecord.TryRead(s_collected.ToBytes())!;
        Assert.Equal(("deribit", "test.deribit.com", "Why."), (read.Exchange, read.Host, read.Reason));
        var (expected, actual) = (s_collected.Instruments[0], Assert.Single(read.Instruments));
        Assert.Equal(expected.TickSizeSteps, actual.TickSizeSteps);
        Assert.Equal(expected with { TickSizeSteps = [] }, actual with { TickSizeSteps = [] });
        Assert.Null(CollectedRecord.TryRead("{}"u8));
        Assert.Null(CollectedRecord.TryRead("no"u8));
    }

    [Fact]
    public void Recordings_of_two_networks_or_of_another_exchange_are_no_market_that_can_be_replayed()
    {
        Assert.Equal("test.deribit.com", Replay(s_collected, s_collected).Host);
        var two = Assert.Throws<ArgumentException>(() => Replay(s_collected, s_collected with { Host = "www.deribit.com" }));
        Assert.Equal("What was recorded at test.deribit.com and at www.deribit.com is not one market: replay each by itself.", two.Message);
        var other = Assert.Throws<ArgumentException>(() => Replay(s_collected with { Exchange = "binance" }));
        Assert.Equal("The recording is of binance, and only deribit is replayed.", other.Message);

        static DeribitReplay Replay(params CollectedRecord[] records) =>
            new(() => records.Select(record => new FrameRecord(CollectedRecord.Kind, 0, 1, record.ToBytes())), null, TimeProvider.System);
    }

    private static DeribitRecord Of(DeribitRecordKind kind, long generation) => new(kind, generation, 1, Encoding.UTF8.GetBytes($"{kind}"));

    private sealed class Recorder : IFrameRecorder
    {
        public bool IsFull { get; set; }

        public List<string> Records { get; } = [];

        public int LeftOut { get; private set; }

        public void LeaveOut() => LeftOut++;

        public bool TryRecord(in FrameRecord record)
        {
            if (!IsFull)
                Records.Add($"{record.Kind} {record.Connection}");
            return !IsFull;
        }
    }
}
