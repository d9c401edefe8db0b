namespace Deribit.Simulator.Hosting;

/// <summary>Refuses options that make no sense, all of them at once.</summary>
internal static class SimulatorOptionsValidator
{
    /// <exception cref="ArgumentException">At least one option is out of range.</exception>
    public static void Validate(SimulatorOptions options)
    {
        var faults = Check(options);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }
    }

    /// <summary>One sentence per fault: the option, its value, the remedy.</summary>
    public static IReadOnlyList<string> Check(SimulatorOptions options)
    {
        var faults = new List<string>();
        void Require(bool holds, string message)
        {
            if (!holds)
            {
                faults.Add(message);
            }
        }

        Require(
            options.Host == "localhost" || System.Net.IPAddress.TryParse(options.Host, out _),
            $"Host is '{options.Host}'; use an IP address of this machine, such as 127.0.0.1, or localhost.");
        Require(options.Port is >= 0 and <= 65535, $"Port is {options.Port}; use 0 (any free port) to 65535.");
        Require(
            options.Instruments >= 1 && options.Instruments <= SimulatorOptions.MaxInstruments,
            $"Instruments is {options.Instruments}; use 1 to {SimulatorOptions.MaxInstruments}.");
        Require(
            options.FramesPerSecond is >= 0 and <= 1_000_000,
            $"FramesPerSecond is {options.FramesPerSecond}; use 0 (no pace of its own) to 1,000,000.");
        Require(options.BookLevels is >= 4 and <= 2000, $"BookLevels is {options.BookLevels}; use 4 to 2,000.");
        Require(options.ExponentFraction is >= 0 and <= 0.9, $"ExponentFraction is {options.ExponentFraction}; use 0 to 0.9.");
        Require(options.RetainedTrades >= 1, $"RetainedTrades is {options.RetainedTrades}; use 1 or more.");
        Require(options.HistoryTrades >= 1, $"HistoryTrades is {options.HistoryTrades}; use 1 or more.");
        Require(options.MaxConnections >= 1, $"MaxConnections is {options.MaxConnections}; use 1 or more.");
        Require(options.MaxQueuedBytes >= 1024, $"MaxQueuedBytes is {options.MaxQueuedBytes}; use 1,024 or more.");
        Require(options.TokenLifetime >= TimeSpan.FromSeconds(1), $"TokenLifetime is {options.TokenLifetime}; use one second or more.");
        Require(options.ReplaySpeed > 0, $"ReplaySpeed is {options.ReplaySpeed}; use 1 (as recorded), N (N times as fast) or infinity.");
        Require(
            options.Mode != SimulatorMode.Replay || options.ReplayFiles.Count > 0,
            "Mode is Replay but ReplayFiles is empty; name at least one recorded file.");
        var rates = options.FaultSchedule?.Rates.Values ?? [];
        Require(
            rates.All(rate => rate is >= 0 and <= 1) && rates.Sum() <= 1,
            "FaultSchedule.Rates must each be 0 to 1 and add up to at most 1.");
        return faults;
    }
}
