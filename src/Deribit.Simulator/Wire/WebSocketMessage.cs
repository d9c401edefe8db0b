namespace Deribit.Simulator.Wire;

/// <summary>One message or control frame from a client; a text and a binary message are treated alike.</summary>
internal readonly record struct WebSocketMessage(WebSocketOpcode Opcode, ReadOnlyMemory<byte> Payload, bool TooLarge);
