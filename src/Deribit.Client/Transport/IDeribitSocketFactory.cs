namespace Deribit.Client.Transport;

/// <summary>Opens connections.</summary>
internal interface IDeribitSocketFactory
{
    /// <summary>Opens one connection.</summary>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="DeribitConnectionException">The connection could not be opened; its fault says why.</exception>
    Task<IDeribitSocket> ConnectAsync(CancellationToken cancellationToken);
}
