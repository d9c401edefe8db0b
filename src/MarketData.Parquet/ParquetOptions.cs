namespace MarketData.Parquet;

/// <summary>Where the history is kept as files: the section <c>[parquet]</c>.</summary>
public sealed class ParquetOptions
{
    private static readonly System.Buffers.SearchValues<char> _patterns = System.Buffers.SearchValues.Create("*?[]{}\0");

    /// <summary>
    /// The directory; made when it is missing, and not empty. A relative one is below the working directory. None of <c>* ? [ ] { }</c>, which
    /// mean more than one file where files are asked for.
    /// </summary>
    public string Directory { get; set; } = "history";

    /// <summary>What is wrong with a directory; null when nothing is.</summary>
    internal static string? FaultOf(string directory)
    {
        if (string.IsNullOrWhiteSpace(directory))
            return "is empty. Name the directory of the history.";
        return directory.AsSpan().IndexOfAny(_patterns) is >= 0 and var at
            ? $"is '{directory}', with a '{directory[at]}', which means more than one file. Choose another name."
            : null;
    }

    /// <summary>Throws when an option is not usable.</summary>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    internal void Validate()
    {
        if (FaultOf(Directory) is { } fault)
            throw new ConfigurationError([$"parquet:directory {fault}"]);
    }
}
