using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using StackExchange.Redis;

namespace MarketData.Redis.Connection;

/// <summary>
/// Where Redis is and how to log in, read from the one setting that operators write. Knows the secrets, and so is the one who strikes them
/// out of texts made by others.
/// </summary>
internal sealed class RedisAddress
{
    private const int DefaultPort = 6379;
    private readonly ConfigurationOptions _configuration;

    private RedisAddress(ConfigurationOptions configuration) => _configuration = configuration;

    /// <summary>Hosts and ports without secrets, for people: <c>127.0.0.1:6379</c>.</summary>
    public string Display => string.Join(", ", _configuration.EndPoints.Select(Format));

    /// <summary>Reads <c>redis://:secret@host:6379/0</c> or <c>host:6379,password=secret,ssl=true</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedisAddress? address)
    {
        address = null;
        if (string.IsNullOrWhiteSpace(text))
            return false;
        var configuration = text.Contains("://", StringComparison.Ordinal) ? FromUri(text) : FromList(text);
        if (configuration is null || configuration.EndPoints.Count == 0)
            return false;
        address = new RedisAddress(configuration);
        return true;
    }

    /// <summary>A fresh configuration for one connection.</summary>
    /// <param name="operationTimeout">How long connecting and answering may take.</param>
    /// <param name="clientName">The name under which the connection shows in <c>CLIENT LIST</c>.</param>
    public ConfigurationOptions ToConfiguration(TimeSpan operationTimeout, string clientName)
    {
        var configuration = _configuration.Clone();
        var milliseconds = (int)operationTimeout.TotalMilliseconds;
        configuration.ClientName = clientName;
        configuration.ConnectTimeout = milliseconds;
        configuration.AsyncTimeout = milliseconds;
        configuration.SyncTimeout = milliseconds;
        configuration.ConnectRetry = 1;

        // The library counts every CLIENT command as administration; the lane needs CLIENT ID and CLIENT KILL for its own old connection.
        configuration.AllowAdmin = true;

        // The lane has its own retries; the library must neither hide that Redis is away nor replay old values when it is back.
        configuration.AbortOnConnectFail = true;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;

        // Timeouts are only looked at on a heartbeat; the default of one second would make a short timeout three times as long.
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(Math.Clamp(milliseconds / 4, 50, 1000));
        return configuration;
    }

    /// <summary>Strikes the passwords out of a text.</summary>
    public string Redact(string text)
    {
        foreach (var secret in new[] { _configuration.Password, _configuration.SentinelPassword })
        {
            if (!string.IsNullOrEmpty(secret))
                text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }

    private static ConfigurationOptions? FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0
            || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return null;
        }

        var configuration = new ConfigurationOptions { Ssl = uri.Scheme == "rediss" };
        configuration.EndPoints.Add(uri.IdnHost.Trim('[', ']'), uri.Port > 0 ? uri.Port : DefaultPort);
        if (configuration.Ssl)
            configuration.SslHost = uri.IdnHost;
        if (uri.UserInfo.Length > 0)
        {
            var parts = uri.UserInfo.Split(':', 2);
            if (parts.Length == 2)
                configuration.Password = Uri.UnescapeDataString(parts[1]);
            if (parts[0].Length > 0)
                configuration.User = Uri.UnescapeDataString(parts[0]);
        }

        var path = uri.AbsolutePath.Trim('/');
        if (path.Length > 0)
        {
            if (!int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var database))
                return null;
            configuration.DefaultDatabase = database;
        }

        return configuration;
    }

    private static ConfigurationOptions? FromList(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // The text of the exception may hold parts of the setting, and so of the password.
            return null;
        }
    }

    private static string Format(System.Net.EndPoint endPoint) => endPoint switch
    {
        System.Net.DnsEndPoint { Port: 0 } dns => $"{dns.Host}:{DefaultPort}",
        System.Net.DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        System.Net.IPEndPoint { Port: 0 } ip => $"{ip.Address}:{DefaultPort}",
        _ => endPoint.ToString() ?? "?",
    };
}
