using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MarketData.ClickHouse.Schema;

/// <summary>One step of the schema: a file of <c>config/clickhouse</c>. Every statement in it is idempotent.</summary>
/// <param name="Number">Its place, from 1 without holes.</param>
/// <param name="Name">The file's name, <c>0001_trades.sql</c>.</param>
/// <param name="Checksum">SHA-256 of the text with line feeds, in lower-case hexadecimal.</param>
/// <param name="Statements">What it does, one statement each.</param>
internal sealed partial record Migration(int Number, string Name, string Checksum, IReadOnlyList<string> Statements)
{
    /// <summary>The migrations that this version of the code knows, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    /// <summary>Reads one file. A statement ends with a semicolon at the end of a line.</summary>
    /// <exception cref="ArgumentException">The name does not begin with a number of four digits.</exception>
    public static Migration Parse(string name, string text)
    {
        if (!FileName().IsMatch(name))
            throw new ArgumentException($"The migration {name} is not named NNNN_name.sql.", nameof(name));
        var plain = text.ReplaceLineEndings("\n");
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain)));
        var statements = StatementEnd().Split(plain).Select(part => part.Trim()).Where(part => part.Length > 0).ToList();
        return new Migration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, checksum, statements);
    }

    private static List<Migration> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(name => FileName().IsMatch(name)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(null, name));
            return Parse(name, reader.ReadToEnd());
        })];
    }

    [GeneratedRegex(@"^\d{4}_\w+\.sql$")]
    private static partial Regex FileName();

    [GeneratedRegex(@";[ \t]*(?:\n|$)")]
    private static partial Regex StatementEnd();
}
