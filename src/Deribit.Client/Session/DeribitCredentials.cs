namespace Deribit.Client;

/// <summary>An API key of the exchange. A read-only key is enough for market data. Never prints its secret.</summary>
/// <param name="clientId">The key's id.</param>
/// <param name="clientSecret">The key's secret.</param>
/// <param name="grant">How the secret is proven.</param>
public sealed class DeribitCredentials(string clientId, string clientSecret, DeribitGrant grant = DeribitGrant.ClientCredentials)
{
    /// <summary>The key's id.</summary>
    public string ClientId { get; } = clientId;

    /// <summary>How the secret is proven.</summary>
    public DeribitGrant Grant { get; } = grant;

    /// <summary>The key's secret; never written to a log or an exception.</summary>
    internal string ClientSecret { get; } = clientSecret;

    /// <summary>The key's id and the grant; the secret is left out.</summary>
    public override string ToString() => $"{ClientId} (secret withheld, {Grant})";
}
