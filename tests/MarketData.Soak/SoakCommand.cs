using System.Diagnostics;
using System.Globalization;

namespace MarketData.Soak;

/// <summary>The command line: <c>--seeds N --first S --minutes M --seed X --mutation NAME -v</c>.</summary>
internal static class SoakCommand
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int Misused = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var (seeds, first, options) = (1L, (ulong)Random.Shared.NextInt64(1, 1_000_000_000), new SoakOptions());
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--seeds":
                    seeds = long.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--first" or "--seed":
                    first = ulong.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--minutes":
                    options = options with { Duration = TimeSpan.FromMinutes(double.Parse(value, CultureInfo.InvariantCulture)) };
                    break;
                case "--mutation":
                    options = options with { Mutation = Enum.Parse<Mutation>(value, ignoreCase: true) };
                    break;
                case "-v":
                    options = options with { Verbose = true };
                    continue;
                default:
                    Console.Error.WriteLine($"{args[i]} is not known. Usage: [--seeds N] [--first SEED | --seed SEED] [--minutes M] [--mutation NAME] [-v]");
                    return Misused;
            }

            i++;
        }

        // On the pool, whose one worker everything else runs on too (see VirtualTime.SettleAsync).
        return await Task.Run(() => RunSeedsAsync(seeds, first, options));
    }

    private static async Task<int> RunSeedsAsync(long seeds, ulong first, SoakOptions options)
    {
        var failed = 0;
        var watch = Stopwatch.StartNew();
        for (var i = 0L; i < seeds; i++)
        {
            var seeded = options with { Seed = first + (ulong)i };
            if (!await RunSeedAsync(seeded, seeds == 1))
                failed++;
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{seeds} seeds from {first}: {seeds - failed} passed, {failed} failed, in {watch.Elapsed.TotalSeconds:0.0} s."));
        return failed == 0 ? Passed : Failed;
    }

    private static async Task<bool> RunSeedAsync(SoakOptions options, bool tell)
    {
        using var world = new World(options);
        try
        {
            await world.RunAsync();
        }
        catch (Exception exception)
        {
            world.Verdict.Fail($"The world came to an end: {exception}");
        }

        if (world.Verdict.Passed)
        {
            if (tell)
                Console.WriteLine($"Seed {options.Seed} passed: {world.Summary()}.");
            return true;
        }

        Console.WriteLine($"Seed {options.Seed} FAILED with {world.Verdict.Count} faults found: {world.Summary()}.");
        foreach (var failure in world.Verdict.Failures)
            Console.WriteLine("  " + failure);
        Console.WriteLine(FormattableString.Invariant(
            $"  Replay: dotnet run --project tests/MarketData.Soak -- --seed {options.Seed} --minutes {options.Duration.TotalMinutes}")
            + (options.Mutation == Mutation.None ? "" : $" --mutation {options.Mutation}") + " -v");
        return false;
    }
}
