namespace Deribit.Client;

/// <summary>A larger price step that holds above a price.</summary>
/// <param name="AbovePrice">The price above which it holds.</param>
/// <param name="TickSize">The step.</param>
public readonly record struct DeribitTickSizeStep(decimal AbovePrice, decimal TickSize);
