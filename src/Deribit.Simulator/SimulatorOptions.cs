using Deribit.Simulator.Faults;
using Deribit.Simulator.Instruments;

namespace Deribit.Simulator;

/// <summary>How a simulator behaves. Immutable; the defaults are those of the exchange where it has one.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Synthetic market or recording. Default market.</summary>
    public SimulatorMode Mode { get; init; }

    /// <summary>The address to listen on. Default 127.0.0.1.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port, 0 to 65535; 0 = any free one. Default 0.</summary>
    public int Port { get; init; }

    /// <summary>Number of instruments of the market, 1 to about 1,700 (<see cref="MaxInstruments"/>). Default 20.</summary>
    public int Instruments { get; init; } = 20;

    /// <summary>
    /// Frames per second that a subscriber of the books, trades and tickers of every instrument receives, 0 or more. The interval
    /// in a channel's name (raw, 100ms, agg2) does not change this pace. 0 = the market moves only by
    /// <see cref="SimulatorMarket.Advance"/>. Default 200.
    /// </summary>
    public double FramesPerSecond { get; init; } = 200;

    /// <summary>Seed of the market: the same seed gives the same sequence of events. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Usual number of levels per side of a busy book, 4 to 2,000; thin instruments have fewer. Default 40.</summary>
    public int BookLevels { get; init; } = 40;

    /// <summary>Share of the numbers in notifications that are written in exponent form, 0 to 0.9. Default 0.05.</summary>
    public double ExponentFraction { get; init; } = 0.05;

    /// <summary>Keeps every book change and every trade in memory for <see cref="SimulatorMarket"/>. Default off.</summary>
    public bool KeepHistory { get; init; }

    /// <summary>Keeps the time of every book change in memory (16 bytes each) for <see cref="SimulatorMarket"/>. Default off.</summary>
    public bool KeepBookTimes { get; init; }

    /// <summary>Trades per instrument that <c>get_last_trades_by_instrument</c> still knows, 1 or more. Default 2,000.</summary>
    public int RetainedTrades { get; init; } = 2000;

    /// <summary>Trades per instrument that the same call on the history host still knows; at least RetainedTrades. Default 20,000.</summary>
    public int HistoryTrades { get; init; } = 20_000;

    /// <summary>The recorded files, one WebSocket message per line, in replay mode.</summary>
    public IReadOnlyList<string> ReplayFiles { get; init; } = [];

    /// <summary>1 = the recorded pace, N = N times as fast, infinity = as fast as the sockets take it. Default 1.</summary>
    public double ReplaySpeed { get; init; } = 1;

    /// <summary>A longer silence in the recording is shortened to this much recorded time. Default 60 s.</summary>
    public TimeSpan ReplayMaxSilence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Starts the replay with the first subscription instead of waiting for <see cref="SimulatorReplay.Start"/>. Default off.
    /// </summary>
    public bool StartReplayOnSubscribe { get; init; }

    /// <summary>The one API key that authentication accepts.</summary>
    public string ClientId { get; init; } = "simulator";

    /// <summary>Its secret.</summary>
    public string ClientSecret { get; init; } = "simulator-secret";

    /// <summary>How long an access token lives, one second or more. Default 15 minutes.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Most connections at a time, HTTP and WebSocket together; the next one gets HTTP 429. Default 32.</summary>
    public int MaxConnections { get; init; } = 32;

    /// <summary>Bytes that may wait for one slow reader before it is closed with <c>connection_too_slow</c>. Default 16 MiB.</summary>
    public int MaxQueuedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Agrees to permessage-deflate (RFC 7692) with clients that offer it. Default on.</summary>
    public bool Compression { get; init; } = true;

    /// <summary>Checks the call budget (30,000 credits, 10,000 more a second). Default on.</summary>
    public bool EnforceCredits { get; init; } = true;

    /// <summary>All connections draw from one pool of credits, as those of one account do. Default off: one pool each.</summary>
    public bool SharedCredits { get; init; }

    /// <summary>Value of <c>testnet</c> in replies. Default true.</summary>
    public bool Testnet { get; init; } = true;

    /// <summary>Faults by chance; null = none.</summary>
    public FaultSchedule? FaultSchedule { get; init; }

    /// <summary>The clock of heartbeats, idle limits, tokens, credits and the market. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where to log; null = nowhere. The simulator never installs logging of its own.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The most instruments that <see cref="Instruments"/> may ask for.</summary>
    public static int MaxInstruments => InstrumentCatalog.All.Count - 20;
}
