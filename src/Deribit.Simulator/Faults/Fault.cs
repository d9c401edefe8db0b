namespace Deribit.Simulator.Faults;

/// <summary>One fault to apply. Immutable; may be shared.</summary>
public sealed record Fault
{
    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>Which channels: an exact name or a pattern with <c>*</c>. Default: all.</summary>
    public string Channel { get; init; } = "*";

    /// <summary>Which connection (its number in the status); null = every connection.</summary>
    public long? ConnectionId { get; init; }

    /// <summary>How often it is applied before it is spent, 1 or more; 0 = until cleared. Default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How many matching frames or calls pass untouched first. Default 0.</summary>
    public int Skip { get; init; }

    /// <summary>How long it lasts, for the kinds that say so. Zero = until cleared.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Close code (default 1000 when 0), error code (default 10040), or HTTP status, as the kind says.</summary>
    public int Code { get; init; }

    /// <summary>Close reason or error message; at most 123 bytes of UTF-8 in a close frame.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The method of the kinds that concern calls, or a pattern with <c>*</c>. Default: all.</summary>
    public string Method { get; init; } = "*";

    /// <summary>Bytes or levels, for the kinds that say so; 0 = their default.</summary>
    public int Size { get; init; }
}
