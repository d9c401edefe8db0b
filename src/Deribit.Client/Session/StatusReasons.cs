namespace Deribit.Client.Session;

/// <summary>The reason codes of a status. Codes are a contract with operators' alerts; sentences are not.</summary>
internal static class StatusReasons
{
    private const int NamesShown = 5;

    public static IReadOnlyList<string> Of(DeribitClientStatus status)
    {
        var reasons = new List<string>();
        void Add(bool holds, string code, string sentence)
        {
            if (holds)
            {
                reasons.Add($"{code}: {sentence}");
            }
        }

        Add(!status.Connected, "not_connected", status.LastFault ?? "The connection is being opened.");
        Add(status.Backoff == DeribitBackoffState.CircuitOpen, "circuit_open",
            $"{status.Failures} connections in a row failed or were lost early; the next attempt waits.");
        Add(status.Backoff == DeribitBackoffState.HalfOpen, "circuit_half_open",
            "The connection is on probation after many failures.");
        Add(status.Maintenance, "maintenance", "The platform said that it is in maintenance.");
        Add(status.TooManyConnections, "too_many_connections",
            "The exchange allows no further connection from this address; spread the channels over fewer connections.");
        Add(status.CoolDownLeft > TimeSpan.Zero, "rate_limited", "The exchange's rate limit was met; calls are held back for a while.");
        Add(status.CredentialsRejected, "credentials_rejected",
            "The exchange rejected the credentials; the client works in public mode. Correct the key.");
        Add(status.RawDenied, "raw_denied", "Raw channels need accepted credentials; 100 ms channels are used or the raw ones refused.");
        var pending = status.ChannelsWanted - status.ChannelsAcknowledged - status.ChannelsUnavailable.Count;
        Add(status.Connected && pending > 0, "channels_pending",
            $"{pending} of {status.ChannelsWanted} channels are not acknowledged yet.");
        Add(status.ChannelsUnavailable.Count > 0, "channels_unavailable",
            $"The exchange refuses {status.ChannelsUnavailable.Count} channels, among them "
            + string.Join(", ", status.ChannelsUnavailable.Take(NamesShown)) + ".");
        Add(status.QueueAlarm, "reader_slow", $"The reader lags: {status.QueuedFrames} frames ({status.QueuedBytes} bytes) wait. When no more fit, "
            + "the exchange ends the connection; give it more processor, or fewer channels per connection (replicas share them).");
        Add(status.ReadTooSlowly, "connection_too_slow", "The exchange ended the last connection because its data was read too slowly; "
            + "give it more processor, or fewer channels per connection (replicas share them).");
        return reasons;
    }
}
