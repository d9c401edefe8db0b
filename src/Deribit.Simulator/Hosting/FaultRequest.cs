using Deribit.Simulator.Faults;

namespace Deribit.Simulator.Hosting;

/// <summary>A fault as HTTP names it: <c>{"kind":"drop","channel":"book.BTC-PERPETUAL.*","count":1,"duration_ms":0}</c>.</summary>
internal sealed record FaultRequest
{
    public required FaultKind Kind { get; init; }

    public string Channel { get; init; } = "*";

    public long? ConnectionId { get; init; }

    public int Count { get; init; } = 1;

    public int Skip { get; init; }

    public double DurationMs { get; init; }

    public int Code { get; init; }

    public string Reason { get; init; } = "";

    public string Method { get; init; } = "*";

    public int Size { get; init; }

    public Fault ToFault() => new()
    {
        Kind = Kind,
        Channel = Channel,
        ConnectionId = ConnectionId,
        Count = Count,
        Skip = Skip,
        Duration = TimeSpan.FromMilliseconds(DurationMs),
        Code = Code,
        Reason = Reason,
        Method = Method,
        Size = Size,
    };
}
