using System.Text.Json;

namespace Deribit.Client;

public sealed partial class DeribitClient
{
    /// <summary>Asks the exchange whether it is there (<c>public/test</c>).</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The version of its API; empty when it did not say.</returns>
    /// <exception cref="DeribitRpcException">The exchange answered with an error.</exception>
    /// <exception cref="DeribitConnectionException">There was no connection in time, it was lost, or no reply came in time.</exception>
    public async Task<string> TestAsync(CancellationToken cancellationToken)
    {
        var reply = await CallAsync("public/test", null, cancellationToken).ConfigureAwait(false);
        var reader = new Utf8JsonReader(reply.Result.Span);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("version"u8) && reader.Read()
                && reader.TokenType == JsonTokenType.String)
            {
                return reader.GetString() ?? "";
            }
        }

        return "";
    }
}
