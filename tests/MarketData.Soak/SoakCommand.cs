using System.Diagnostics;
using System.Globalization;

namespace MarketData.Soak;

/// <summary>The command line: <c>--seeds N --first S --minutes M --seed X --mutation NAME --digest -v</c>.</summary>
internal static class SoakCommand
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int Misused = 2;

    /// <summary>Real time that one seed may take; one takes about a second. What runs in a circle would never end.</summary>
    private static readonly TimeSpan LongestSeed = TimeSpan.FromMinutes(3);

    private static readonly AutoResetEvent SeedEnded = new(false);
    private static string s_running = "";

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
                case "--digest":
                    options = options with { Digest = true };
                    continue;
                case "-v":
                    options = options with { Verbose = true };
                    continue;
                default:
                    Console.Error.WriteLine($"{args[i]} is not known. Usage: [--seeds N] [--first SEED | --seed SEED] [--minutes M] [--mutation NAME] [--digest] [-v]");
                    return Misused;
            }

            i++;
        }

        new Thread(Watch) { IsBackground = true }.Start();

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
            s_running = Replay(seeded);
            if (!await RunSeedAsync(seeded, seeds == 1))
                failed++;
            SeedEnded.Set();
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
            if (options.Digest)
                Console.WriteLine($"digest {world.Digest:x16}");
            if (tell)
                Console.WriteLine($"Seed {options.Seed} passed: {world.Summary()}.");
            return true;
        }

        Console.WriteLine($"Seed {options.Seed} FAILED with {world.Verdict.Count} faults found: {world.Summary()}.");
        foreach (var failure in world.Verdict.Failures)
            Console.WriteLine("  " + failure);
        Console.WriteLine("  Replay: " + Replay(options));
        return false;
    }

    private static string Replay(SoakOptions options) =>
        FormattableString.Invariant(
            $"dotnet run --project tests/MarketData.Soak -- --seed {options.Seed} --minutes {options.Duration.TotalMinutes}")
        + (options.Mutation == Mutation.None ? "" : $" --mutation {options.Mutation}") + " -v";

    // On a thread of its own: a seed that never comes to rest holds the only worker of the pool.
    private static void Watch()
    {
        while (SeedEnded.WaitOne(LongestSeed))
        {
        }

        Console.WriteLine($"A seed FAILED: it does not come to an end within {LongestSeed.TotalMinutes} minutes of real time.");
        Console.WriteLine("  Replay: " + s_running);
        Environment.Exit(Failed);
    }
}
