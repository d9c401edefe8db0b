using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Deribit.Client.Channels;

namespace MarketData.Benchmarks;

/// <summary>Decoding against a bare pass of <see cref="Utf8JsonReader"/> over the same bytes in the same run. One operation is 512 frames.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private const int FramesPerOperation = 512;

    private readonly NotificationDecoder _decoder = new();
    private byte[][] _frames = [];

    /// <summary>What the frames carry.</summary>
    [Params(FrameShape.BookChanges, FrameShape.BookSnapshots, FrameShape.Tickers, FrameShape.Trades)]
    public FrameShape Shape { get; set; }

    /// <summary>Makes the frames and checks that the decoder takes all of them.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _frames = Shape switch
        {
            FrameShape.BookChanges => RealShapedFrames.Books(FramesPerOperation + 8)[8..],
            FrameShape.BookSnapshots => [.. Enumerable.Range(0, FramesPerOperation).Select(i => RealShapedFrames.Books(1, seed: i)[0])],
            FrameShape.Tickers => RealShapedFrames.Tickers(FramesPerOperation),
            _ => RealShapedFrames.Trades(FramesPerOperation),
        };
        foreach (byte[] frame in _frames)
        {
            if (_decoder.Decode(frame, 0, 0) is Deribit.Client.DeribitUnusableFrame unusable) throw new InvalidOperationException(unusable.Reason);
        }
    }

    /// <summary>The bare pass: every token is visited, none is used.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = FramesPerOperation)]
    public int BarePass()
    {
        int tokens = 0;
        foreach (byte[] frame in _frames)
        {
            Utf8JsonReader reader = new(frame);
            while (reader.Read()) tokens++;
        }

        return tokens;
    }

    /// <summary>The decoder: every value ends in a message.</summary>
    [Benchmark(OperationsPerInvoke = FramesPerOperation)]
    public long Decode()
    {
        long sum = 0;
        foreach (byte[] frame in _frames) sum += _decoder.Decode(frame, 1, 1).Generation;
        return sum;
    }
}
