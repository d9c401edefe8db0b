namespace Deribit.Client;

/// <summary>How <c>public/auth</c> proves the secret.</summary>
public enum DeribitGrant
{
    /// <summary><c>client_credentials</c>: the secret itself is sent, inside TLS.</summary>
    ClientCredentials,

    /// <summary>
    /// <c>client_signature</c>: only an HMAC-SHA256 made with the secret is sent; needs a wall clock right to within a minute.
    /// </summary>
    ClientSignature,
}
