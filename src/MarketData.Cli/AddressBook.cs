using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketData.Cli;

/// <summary>
/// Where everything of one <c>up</c> listens. <c>up</c> leaves it as a JSON file, so that <c>tail</c>, <c>book</c> and <c>sql</c> find the
/// embedded servers, which choose their own ports, and the files.
/// </summary>
/// <param name="Kafka">Bootstrap servers, <c>host:port</c>.</param>
/// <param name="Redis">Redis address, <c>host:port</c> or an URL.</param>
/// <param name="Http">Base address of health and metrics.</param>
/// <param name="Exchange">WebSocket address of the exchange.</param>
/// <param name="History">The directory of the files that it writes; null: none.</param>
internal sealed record AddressBook(string Kafka, string Redis, string Http, string Exchange, string? History)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// The file that the newest <c>up</c> of this user leaves: in the user's own directory of the session where there is one, else in the
    /// temporary directory, which everybody shares.
    /// </summary>
    public static string DefaultFile =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own && Directory.Exists(own)
            ? Path.Combine(own, "marketdata-up.json")
            : Path.Combine(Path.GetTempPath(), $"marketdata-up-{Environment.UserName}.json");

    /// <summary>
    /// Whether the <c>up</c> of these addresses is gone without having removed its file, as one that was killed: nothing listens any more
    /// where it told its health. Only this machine says so at once; of another one nothing is known.
    /// </summary>
    [JsonIgnore]
    public bool IsStale
    {
        get
        {
            if (!Uri.TryCreate(Http, UriKind.Absolute, out var http) || !http.IsLoopback)
                return false;
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(http.Host, http.Port);
                return false;
            }
            catch (SocketException refused)
            {
                return refused.SocketErrorCode == SocketError.ConnectionRefused;
            }
        }
    }

    /// <summary>Says where the servers are, a line for each.</summary>
    /// <param name="output">Takes the lines.</param>
    public void Announce(TextWriter output)
    {
        output.WriteLine($"kafka     {Kafka}");
        output.WriteLine($"redis     {Redis}");
        output.WriteLine($"health    {Http}/health (and /metrics)");
    }

    /// <summary>Writes the file whole: a reader sees the old one or the new one, never half of it.</summary>
    /// <param name="file">The file; it holds no secret.</param>
    /// <param name="forOwnerOnly">Whether nobody else may read it, which on Unix also proves whose it is.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void Write(string file, bool forOwnerOnly = false)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(directory);

        // A new file under a name that nobody can guess: in a shared directory, one that lies ready could be somebody's link.
        var temporary = Path.Combine(directory, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (forOwnerOnly && !OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                JsonSerializer.Serialize(stream, this, Json);
                stream.WriteByte((byte)'\n');
            }

            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Leaves the default file; without it only <c>tail</c> and <c>book</c> have to be told the addresses.</summary>
    public void WriteDefault()
    {
        try
        {
            Write(DefaultFile, forOwnerOnly: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(
                $"The addresses could not be left in {DefaultFile} ({exception.Message}); give tail and book --addresses.");
        }
    }

    /// <summary>Removes the default file, unless another <c>up</c> has written its own since.</summary>
    public void RemoveDefault()
    {
        if (TryReadDefault() == this)
            Remove(DefaultFile);
    }

    /// <summary>Removes a file if it is there.</summary>
    public static void Remove(string file)
    {
        if (File.Exists(file))
            File.Delete(file);
    }

    /// <summary>
    /// Reads the default file. One that others may read or write is not what <see cref="WriteDefault"/> leaves, and is not trusted:
    /// somebody else could have laid it there.
    /// </summary>
    public static AddressBook? TryReadDefault() =>
        !OperatingSystem.IsWindows() && File.Exists(DefaultFile) && File.GetUnixFileMode(DefaultFile) != OwnerOnly
            ? null
            : TryRead(DefaultFile);

    /// <summary>Reads the file; null when there is none or it is not ours.</summary>
    public static AddressBook? TryRead(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<AddressBook>(File.ReadAllText(file), Json) : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
