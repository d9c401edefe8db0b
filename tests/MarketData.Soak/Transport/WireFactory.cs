using Deribit.Client;
using Deribit.Client.Transport;
using MarketData.Soak.Venue;

namespace MarketData.Soak.Transport;

/// <summary>Opens connections to the venue, or fails as the plan says.</summary>
internal sealed class WireFactory(Exchange exchange, TimeProvider time) : IDeribitSocketFactory
{
    /// <inheritdoc/>
    public async Task<IDeribitSocket> ConnectAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(exchange.ConnectTime(), time, cancellationToken).ConfigureAwait(false);
        if (exchange.ConnectFault() is { } fault)
            throw new DeribitConnectionException("The soak refuses the connection.", null, fault);
        return exchange.Open(session => new WireSocket(session, time));
    }
}
