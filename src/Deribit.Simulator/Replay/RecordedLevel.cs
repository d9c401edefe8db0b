namespace Deribit.Simulator.Replay;

/// <summary>One entry of a book frame: amount 0 takes the level away. The texts are the recorded spelling.</summary>
internal readonly record struct RecordedLevel(decimal Price, decimal Amount, string PriceText, string AmountText);
