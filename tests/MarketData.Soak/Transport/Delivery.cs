using Deribit.Client.Transport;
using MarketData.Soak.Faults;
using MarketData.Soak.Venue;

namespace MarketData.Soak.Transport;

/// <summary>One frame on its way to the client, and what the soak knows of it.</summary>
internal sealed class Delivery
{
    public SocketFrameKind Kind { get; init; } = SocketFrameKind.Text;

    public required byte[] Bytes { get; set; }

    public int? CloseCode { get; init; }

    /// <summary>Why the connection ends, or what is wrong with the frame.</summary>
    public string Reason { get; init; } = "injected";

    public FrameContent Content { get; init; }

    public VenueInstrument? Instrument { get; init; }

    /// <summary>The state that a book frame leads to.</summary>
    public long ChangeId { get; init; }

    /// <summary>The state that a book change continues; null in a snapshot.</summary>
    public long? Previous { get; init; }

    public IReadOnlyList<VenueTrade> Trades { get; init; } = [];

    /// <summary>Whether a client can make sense of it.</summary>
    public bool Usable { get; set; } = true;

    /// <summary>Whether the frame is whole, but its book is crossed.</summary>
    public bool Crosses { get; set; }

    /// <summary>What was done to it.</summary>
    public InjectedFault? Fault { get; set; }

    /// <summary>A copy that arrives once more.</summary>
    public Delivery Again() => (Delivery)MemberwiseClone();
}
