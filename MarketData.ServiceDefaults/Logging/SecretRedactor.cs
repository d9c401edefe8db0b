using System.Collections.Immutable;

namespace MarketData.ServiceDefaults;

/// <summary>
/// The last net for secrets: replaces every configured secret value in a text. Code must still never write a secret. Immutable; safe from
/// any thread.
/// </summary>
public sealed class SecretRedactor
{
    /// <summary>What stands where a secret stood.</summary>
    public const string Replacement = "[redacted]";

    // Shorter values (a user named "a") would tear ordinary words apart.
    private const int ShortestSecret = 4;

    // Somebody else's USE_TOKEN=true must not redact the word "true" from every line.
    private const int ShortestForeignSecret = 8;

    private static readonly string[] _secretWords = ["secret", "password", "passwd", "token", "api_key", "apikey", "deribit_key"];

    private readonly ImmutableArray<string> _secrets;

    /// <summary>Creates a redactor for the given values; values under four characters are ignored.</summary>
    /// <param name="secrets">The secret values.</param>
    public SecretRedactor(IEnumerable<string> secrets) =>
        _secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret).Distinct(StringComparer.Ordinal)
            .OrderByDescending(secret => secret.Length)];

    /// <summary>Replaces every secret in the text.</summary>
    /// <param name="text">Any text.</param>
    public string Redact(string text)
    {
        foreach (var secret in _secrets) text = text.Replace(secret, Replacement, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Whether a name says that its value is a secret.</summary>
    internal static bool NamesSecret(string name) => _secretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The password inside a Redis address: <c>redis://user:password@host</c> or <c>host:6379,password=...</c>.</summary>
    internal static string? PasswordOf(string address)
    {
        var at = address.LastIndexOf('@');
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && at > scheme)
        {
            var user = address[(scheme + 3)..at];
            var password = user[(user.IndexOf(':', StringComparison.Ordinal) + 1)..];
            return password.Length > 0 ? password : null;
        }

        const string Option = "password=";
        var option = address.Split(',', StringSplitOptions.TrimEntries).FirstOrDefault(part => part.StartsWith(Option, StringComparison.OrdinalIgnoreCase));
        return option is { Length: > 9 } ? option[Option.Length..] : null;
    }

    /// <summary>The secret values of a configuration.</summary>
    internal static IEnumerable<string> Collect(
        ConfigurationSchema schema, IReadOnlyDictionary<string, Setting> known, IReadOnlyDictionary<string, string> other)
    {
        foreach (var (name, setting) in known)
        {
            if (schema.Find(name) is { Secret: true }) yield return setting.Text;
            if (PasswordOf(setting.Text) is { } password)
            {
                yield return password;
                yield return Uri.UnescapeDataString(password);
            }
        }

        foreach (var (name, value) in other)
        {
            var isConnection = name.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase);
            if (NamesSecret(name) && value.Length >= ShortestForeignSecret) yield return value;
            else if (isConnection && PasswordOf(value.Replace(';', ',')) is { } password) yield return password;
        }
    }
}
