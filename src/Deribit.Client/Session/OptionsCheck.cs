namespace Deribit.Client.Session;

/// <summary>Collects every fault of the options, so that an operator corrects them in one go.</summary>
internal static class OptionsCheck
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    public static IReadOnlyList<string> Faults(DeribitClientOptions options)
    {
        var faults = new List<string>();
        if (options.Endpoint is null || !options.Endpoint.IsAbsoluteUri || options.Endpoint.Scheme is not ("ws" or "wss"))
        {
            faults.Add($"Endpoint must be an absolute ws:// or wss:// address, but is '{options.Endpoint}'.");
        }

        if (options.Credentials is { } credentials
            && (string.IsNullOrWhiteSpace(credentials.ClientId) || string.IsNullOrWhiteSpace(credentials.ClientSecret)))
        {
            faults.Add("Credentials need both a client id and a secret; leave Credentials out for a public connection.");
        }

        Range(faults, nameof(options.MaxFrameBytes), options.MaxFrameBytes, 64 * 1024, 1024 * 1024 * 1024);
        Range(faults, nameof(options.QueueMaxFrames), options.QueueMaxFrames, 16, 16 * 1024 * 1024);
        Range(faults, nameof(options.QueueMaxBytes), options.QueueMaxBytes, 64 * 1024, 64L * 1024 * 1024 * 1024);
        Range(faults, nameof(options.SubscribeMaxChannels), options.SubscribeMaxChannels, 1, 500);
        Range(faults, nameof(options.SubscribeMaxBytes), options.SubscribeMaxBytes, 1_000, 32_000);
        Range(faults, nameof(options.SubscribeAttempts), options.SubscribeAttempts, 1, 100);
        Range(faults, nameof(options.CircuitThreshold), options.CircuitThreshold, 1, 1_000);
        Positive(faults, nameof(options.ConnectTimeout), options.ConnectTimeout);
        Positive(faults, nameof(options.KeepAliveInterval), options.KeepAliveInterval);
        Positive(faults, nameof(options.KeepAliveTimeout), options.KeepAliveTimeout);
        Positive(faults, nameof(options.CloseTimeout), options.CloseTimeout);
        Positive(faults, nameof(options.SilenceLimit), options.SilenceLimit);
        Positive(faults, nameof(options.ProbeTimeout), options.ProbeTimeout);
        Positive(faults, nameof(options.RequestTimeout), options.RequestTimeout);
        Positive(faults, nameof(options.SubscribeRetryBase), options.SubscribeRetryBase);
        Positive(faults, nameof(options.BackoffBase), options.BackoffBase);
        Positive(faults, nameof(options.BackoffCap), options.BackoffCap);
        Positive(faults, nameof(options.StableAfter), options.StableAfter);
        Positive(faults, nameof(options.CircuitOpenFor), options.CircuitOpenFor);
        Positive(faults, nameof(options.MaintenanceBackoff), options.MaintenanceBackoff);
        Positive(faults, nameof(options.RejectedCredentialsRetry), options.RejectedCredentialsRetry);
        if (options.HeartbeatInterval < TimeSpan.FromSeconds(10) || options.HeartbeatInterval > TimeSpan.FromHours(1))
        {
            faults.Add($"HeartbeatInterval must be between 10 s (the exchange's least) and 1 h, but is {options.HeartbeatInterval}.");
        }

        if (options.BackoffCap < options.BackoffBase)
        {
            faults.Add($"BackoffCap ({options.BackoffCap}) must not be less than BackoffBase ({options.BackoffBase}).");
        }

        return faults;
    }

    /// <summary>Refuses unusable options with every fault in one message.</summary>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    public static DeribitClientOptions Checked(DeribitClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = Faults(options);
        return faults.Count == 0
            ? options
            : throw new ArgumentException("The options of the Deribit client cannot be used. " + string.Join(' ', faults), nameof(options));
    }

    private static void Range(List<string> faults, string name, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            faults.Add($"{name} must be between {least} and {most}, but is {value}.");
        }
    }

    private static void Positive(List<string> faults, string name, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > LongestTimer)
        {
            faults.Add($"{name} must be more than zero and at most one day, but is {value}.");
        }
    }
}
