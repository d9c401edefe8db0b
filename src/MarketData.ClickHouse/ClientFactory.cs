using ClickHouse.Driver;
using ClickHouse.Driver.ADO;

namespace MarketData.ClickHouse;

/// <summary>Makes the driver's client from the operator's settings.</summary>
internal static class ClientFactory
{
    /// <summary>Creates a client; the caller disposes it.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="timeout">Of every request; null: somewhat more than an insert has.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public static ClickHouseClient Create(ClickHouseOptions options, TimeSpan? timeout = null)
    {
        if (options.Validate() is { Count: > 0 } faults)
            throw new ConfigurationError(faults);
        var url = new Uri(options.Url);
        return new ClickHouseClient(new ClickHouseClientSettings
        {
            Protocol = url.Scheme,
            Host = url.Host,
            Port = (ushort)url.Port,
            Path = url.AbsolutePath.Trim('/'),
            Database = options.Database,
            Username = options.Username,
            Password = options.Password,
            // Time-outs are the callers', who count them on their own clock; this one only bounds what they forget.
            Timeout = timeout ?? options.InsertTimeout + TimeSpan.FromSeconds(30),
        });
    }
}
