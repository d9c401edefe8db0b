using System.Buffers;

namespace MarketData.Pipeline;

/// <summary>Writes one event in the form that a sink stores. Called on the lane's own task; must not keep either argument.</summary>
/// <param name="marketEvent">The event.</param>
/// <param name="output">Where the bytes go.</param>
public delegate void EventEncoder(MarketDataEvent marketEvent, IBufferWriter<byte> output);
