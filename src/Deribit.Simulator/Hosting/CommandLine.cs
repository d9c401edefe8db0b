using System.Globalization;

namespace Deribit.Simulator.Hosting;

/// <summary>In: the arguments of the process. Out: options, or a sentence that names the bad value and the remedy.</summary>
internal static class CommandLine
{
    public const string Help = """
        Deribit.Simulator: speaks the exchange's side of the Deribit API v2 over WebSocket and HTTP.

          --mode market|replay     synthetic market (default) or recorded frames
          --port N                 0 = any free port (default)
          --host ADDRESS           default 127.0.0.1
          --key ID --secret TEXT   the API key that authentication accepts
        market:
          --instruments N          default 20
          --rate N                 frames per second in total, default 200; the interval of a channel does not change it
          --seed N                 the same seed gives the same events, default 1
          --levels N               levels per side of a busy book, default 40
        replay:
          --file FILE              one WebSocket message per line; repeat it for several files
          --speed 1|N|max          recorded pace (default), N times as fast, or as fast as the sockets take it
        """;

    /// <summary>Options, or the fault; both null when help was asked for.</summary>
    public static (SimulatorOptions? Options, string? Fault) Parse(IReadOnlyList<string> args)
    {
        var options = new SimulatorOptions { StartReplayOnSubscribe = true };
        var files = new List<string>();
        for (var i = 0; i < args.Count; i += 2)
        {
            var name = args[i];
            if (name is "--help" or "-h" or "-?")
            {
                return (null, null);
            }

            if (i + 1 >= args.Count)
            {
                return (null, $"{name} has no value. Write {name} followed by a value; --help lists the options.");
            }

            var value = args[i + 1];
            if (name == "--file")
            {
                files.Add(value);
            }
            else if (Apply(options, name, value, out var fault) is { } changed)
            {
                options = changed;
            }
            else
            {
                return (null, fault);
            }
        }

        options = options with { ReplayFiles = files };
        return Check(options) is { } wrong ? (null, wrong) : (options, null);
    }

    private static SimulatorOptions? Apply(SimulatorOptions options, string name, string value, out string? fault)
    {
        fault = null;
        switch (name)
        {
            case "--mode" when value is "market" or "replay":
                return options with { Mode = value == "market" ? SimulatorMode.Market : SimulatorMode.Replay };
            case "--mode":
                fault = $"--mode is '{value}'; use market or replay.";
                return null;
            case "--host":
                return options with { Host = value };
            case "--key":
                return options with { ClientId = value };
            case "--secret":
                return options with { ClientSecret = value };
            case "--speed" when value == "max":
                return options with { ReplaySpeed = double.PositiveInfinity };
            case "--speed":
                return Number(name, value, "1 (as recorded), a number of times as fast, or max", out fault) is { } speed
                    ? options with { ReplaySpeed = speed }
                    : null;
            case "--rate":
                return Number(name, value, "a number of frames per second", out fault) is { } rate
                    ? options with { FramesPerSecond = rate }
                    : null;
            case "--port":
                return Whole(name, value, out fault) is { } port ? options with { Port = port } : null;
            case "--instruments":
                return Whole(name, value, out fault) is { } count ? options with { Instruments = count } : null;
            case "--seed":
                return Whole(name, value, out fault) is { } seed ? options with { Seed = seed } : null;
            case "--levels":
                return Whole(name, value, out fault) is { } levels ? options with { BookLevels = levels } : null;
            default:
                fault = $"There is no option {name}. --help lists the options.";
                return null;
        }
    }

    private static string? Check(SimulatorOptions options)
    {
        if (options.ReplayFiles.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            return $"--file {missing} does not exist; give the path of a recorded .jsonl file.";
        }

        if (options.Mode == SimulatorMode.Market && options.ReplayFiles.Count > 0)
        {
            return "--file is for replay only; add --mode replay, or leave --file out.";
        }

        var faults = SimulatorOptionsValidator.Check(options);
        return faults.Count > 0 ? string.Join(" ", faults) : null;
    }

    private static int? Whole(string name, string value, out string? fault)
    {
        fault = null;
        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        fault = $"{name} is '{value}'; use a whole number.";
        return null;
    }

    private static double? Number(string name, string value, string remedy, out string? fault)
    {
        fault = null;
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        fault = $"{name} is '{value}'; use {remedy}.";
        return null;
    }
}
