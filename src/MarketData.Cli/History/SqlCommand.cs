using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.Parquet.Query;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.History;

/// <summary><c>marketdata sql</c>: asks the history that is kept as files.</summary>
internal static class SqlCommand
{
    public static Command Create()
    {
        var question = new Argument<string>("question")
        {
            Description = "SQL over the views trades, tickers, book_updates, book_snapshots and integrity: \"SELECT count(*) FROM trades\".",
        };
        var format = new Option<string>("--format") { Description = "table, csv or json (one object a line).", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "csv", "json");
        var history = new Option<string?>("--history") { Description = "The directory of the files; default: parquet.directory of the configuration." };
        var config = new Option<string?>("--config") { Description = "The configuration directory." };
        var command = new Command("sql", "Ask the history that is kept as Parquet files.") { question, format, history, config };
        command.SetAction((parsed, _) => InspectRunner.RunAsync(stop => Task.Run(
            () =>
            {
                using var questions = new HistoryQuestions(Find(parsed.GetValue(history), parsed.GetValue(config)));
                AnswerText.Write(Console.Out, Console.Error, questions, parsed.GetValue(question)!, parsed.GetValue(format)!, stop);
                return ExitCode.Ok;
            },
            CancellationToken.None)));
        return command;
    }

    private static string Find(string? history, string? config)
    {
        var directory = history;
        if (directory is null)
        {
            var inputs = ConfigurationInputs.FromProcess(
                Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Development", config is null ? [] : ["--config", config]);
            var loaded = new ConfigurationBuilder().AddMarketDataConfiguration(inputs);
            loaded.ThrowIfFaulty();
            directory = loaded["parquet:directory"];
        }
        if (Directory.Exists(directory))
            return directory;
        throw new CommandLineError(
            [$"{(history is null ? "parquet.directory" : "--history")} {directory}: there is no such directory. An archiver with ARCHIVER__STORE=parquet makes it."]);
    }
}
