using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.ClickHouse.Reading;
using MarketData.History;
using MarketData.Parquet.Query;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.History;

/// <summary><c>marketdata sql</c>: asks the history, in ClickHouse or in files.</summary>
internal static class SqlCommand
{
    public static Command Create()
    {
        var question = new Argument<string>("question")
        {
            Description = $"SQL (ClickHouse's, or of files DuckDB's) over {string.Join(", ", HistoryTables.All.Select(HistoryTables.NameOf))}: \"SELECT count(*) FROM trades\".",
        };
        var format = new Option<string>("--format") { Description = "table, csv or json (one object a line).", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "csv", "json");
        var history = new Option<string?>("--history") { Description = "The directory of the files; default: where book --at asks, else parquet.directory." };
        var where = new InspectOptions();
        var command = new Command("sql", "Ask the history, in ClickHouse or in Parquet files; standard error says in which.") { question, format, history };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(stop => Task.Run(
            async () =>
            {
                using var questions = Open(HistoryPlace.FindToAsk(where, parsed, parsed.GetValue(history)));
                await AnswerText.WriteAsync(Console.Out, Console.Error, questions, parsed.GetValue(question)!, parsed.GetValue(format)!, stop);
                return ExitCode.Ok;
            },
            CancellationToken.None), interrupted: ExitCode.Failed));
        return command;
    }

    private static IHistoryQuestions Open(HistoryPlace place) =>
        place.Directory is { } directory ? new HistoryQuestions(directory) : new ClickHouseQuestions(place.ClickHouse!);
}
