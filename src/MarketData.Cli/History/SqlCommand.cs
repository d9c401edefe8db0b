using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.History;
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
            Description = $"SQL over the views {string.Join(", ", HistoryTables.All.Select(HistoryTables.NameOf))}: \"SELECT count(*) FROM trades\".",
        };
        var format = new Option<string>("--format") { Description = "table, csv or json (one object a line).", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "csv", "json");
        var history = new Option<string?>("--history") { Description = "The directory of the files; default: of the newest up, or parquet.directory." };
        var where = new InspectOptions();
        var command = new Command("sql", "Ask the history that is kept as Parquet files.") { question, format, history };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(stop => Task.Run(
            () =>
            {
                using var questions = new HistoryQuestions(HistoryPlace.FindFiles(where, parsed, parsed.GetValue(history)));
                AnswerText.Write(Console.Out, Console.Error, questions, parsed.GetValue(question)!, parsed.GetValue(format)!, stop);
                return ExitCode.Ok;
            },
            CancellationToken.None), interrupted: ExitCode.Failed));
        return command;
    }
}
