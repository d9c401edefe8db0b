using ClickHouse.Driver;
using ClickHouse.Driver.Copy;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace MarketData.ClickHouse.Writing;

/// <summary>An attempt that failed: what it asks for, and what people are told.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Code">The reason code, <c>clickhouse_unreachable</c>.</param>
/// <param name="Sentence">A full sentence, without secrets.</param>
internal sealed record Failure(FailureKind Kind, string Code, string Sentence)
{
    /// <summary>The code when ClickHouse does not take the user, or the user may not do this.</summary>
    public const string Denied = "clickhouse_denied";

    private const int LongestMessage = 500;
    private const int TooManyParts = 252;
    private const int MemoryLimitExceeded = 241;
    private const int TimeoutExceeded = 159;
    private const string Timeout = "clickhouse_timeout";
    private const string OutOfMemory = "clickhouse_out_of_memory";

    // Numbers: src/Common/ErrorCodes.cpp of ClickHouse.
    // NOT_FOUND_COLUMN_IN_BLOCK, NO_SUCH_COLUMN_IN_TABLE, NUMBER_OF_COLUMNS_DOESNT_MATCH, ILLEGAL_COLUMN, UNKNOWN_IDENTIFIER, UNKNOWN_TYPE,
    // TYPE_MISMATCH, UNKNOWN_TABLE, UNKNOWN_DATABASE, INCOMPATIBLE_COLUMNS.
    private static readonly HashSet<int> _drift = [10, 16, 20, 44, 47, 50, 53, 60, 81, 122];

    // ARGUMENT_OUT_OF_BOUND, INCORRECT_DATA, TOO_LARGE_ARRAY_SIZE, TOO_LARGE_STRING_SIZE, VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE,
    // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN, DECIMAL_OVERFLOW, VIOLATED_CONSTRAINT. Not the codes of a body that ends too soon (32, 33):
    // a connection that was cut says nothing of a row.
    private static readonly HashSet<int> _row = [69, 117, 128, 131, 321, 349, 407, 469];

    // UNKNOWN_USER, WRONG_PASSWORD, ACCESS_DENIED, AUTHENTICATION_FAILED.
    private static readonly HashSet<int> _denied = [192, 193, 497, 516];

    /// <summary>Whether fewer rows might do: it took too long, or too much memory.</summary>
    public bool MayBeOfSize => Code is Timeout or OutOfMemory;

    /// <summary>Judges an exception of an attempt.</summary>
    public static Failure Of(Exception exception, ClickHouseOptions options) => exception switch
    {
        SchemaException schema => new(FailureKind.Drift, "clickhouse_schema", schema.Message),
        ClickHouseServerException server when _drift.Contains(CodeOf(server)) => new(
            FailureKind.Drift,
            "clickhouse_schema",
            $"Database and code do not fit ({Short(server)}). Put it back to what config/clickhouse says, or update this service."),
        ClickHouseServerException server when _row.Contains(CodeOf(server)) =>
            new(FailureKind.Row, "refused_by_clickhouse", $"ClickHouse cannot take the row ({Short(server)})."),
        ClickHouseBulkCopySerializationException { InnerException: var inner } row when IsRows(inner) =>
            new(FailureKind.Row, "refused_by_clickhouse", $"The row cannot be encoded ({Short(inner ?? row)})."),
        ClickHouseServerException server when _denied.Contains(CodeOf(server)) => new(
            FailureKind.Transient,
            Denied,
            $"ClickHouse at {options.Url} refuses the user {options.Username} ({Short(server)}). Check the login and the rights."),
        ClickHouseServerException server when CodeOf(server) == TooManyParts =>
            new(FailureKind.Transient, "clickhouse_too_many_parts", $"ClickHouse merges slower than it is written to ({Short(server)})."),
        ClickHouseServerException server when CodeOf(server) == MemoryLimitExceeded =>
            new(FailureKind.Transient, OutOfMemory, $"ClickHouse has not the memory for the insert ({Short(server)})."),
        ClickHouseServerException server when CodeOf(server) == TimeoutExceeded =>
            new(FailureKind.Transient, Timeout, $"ClickHouse ended the insert for the time that it took ({Short(server)})."),
        ClickHouseServerException server =>
            new(FailureKind.Transient, "clickhouse_refuses", $"ClickHouse at {options.Url} refuses ({Short(server)})."),
        TimeoutRejectedException or TaskCanceledException { InnerException: TimeoutException } => new(
            FailureKind.Transient,
            Timeout,
            $"ClickHouse at {options.Url} did not answer within {options.InsertTimeout.TotalSeconds:0.###} s."),
        HttpRequestException or IOException or InvalidDataException or ObjectDisposedException or BrokenCircuitException
            or ClickHouseBulkCopySerializationException =>
            new(FailureKind.Transient, "clickhouse_unreachable", $"ClickHouse at {options.Url} cannot be reached ({Short(exception)})."),
        _ => new(FailureKind.Other, "failed", $"Writing to ClickHouse failed ({Short(exception)})."),
    };

    // The driver encodes into the connection: what it wraps may tell of the value, or of the connection or the memory, which say nothing of a row.
    private static bool IsRows(Exception? inner) =>
        inner is FormatException or OverflowException or InvalidCastException or NotSupportedException or ArgumentException;

    /// <summary>The code of a refusal of ClickHouse; 0: it is somebody's on the way.</summary>
    // The driver takes the first number of any refusal for the code, also that of an address in the words of a proxy. Only what ClickHouse
    // itself says counts: "Code: 60. DB::Exception: Table .. does not exist. (UNKNOWN_TABLE)".
    public static int CodeOf(ClickHouseServerException exception) =>
        exception.Message.StartsWith($"Code: {exception.ErrorCode}. DB::Exception", StringComparison.Ordinal) ? exception.ErrorCode : 0;

    /// <summary>Whether a code is about the login or the rights.</summary>
    public static bool IsDenied(int code) => _denied.Contains(code);

    /// <summary>What an exception says, on one line that is not too long.</summary>
    public static string Short(Exception exception)
    {
        var message = exception.Message.ReplaceLineEndings(" ").Trim();
        return message.Length <= LongestMessage ? message : message[..LongestMessage] + "..";
    }
}
