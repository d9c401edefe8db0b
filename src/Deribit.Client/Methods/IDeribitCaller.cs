using System.Text.Json;

namespace Deribit.Client;

/// <summary>What the typed methods need: a request to the exchange and its reply. Any thread.</summary>
public interface IDeribitCaller
{
    /// <summary>Calls a method and waits for its reply.</summary>
    /// <param name="method">For example <c>public/get_instruments</c>.</param>
    /// <param name="writeParams">Writes the members of the <c>params</c> object; null when the method has none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeribitRpcException">The exchange answered with an error.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    Task<DeribitReply> CallAsync(string method, Action<Utf8JsonWriter>? writeParams, CancellationToken cancellationToken);
}
