namespace Deribit.Client;

/// <summary>One level of a book as the exchange sent it.</summary>
/// <param name="Price">Exact, without trailing zeros; may be zero or negative on combos.</param>
/// <param name="Amount">Exact, without trailing zeros, in the instrument's unit; 0 in a change means that the level is gone.</param>
public readonly record struct DeribitBookLevel(decimal Price, decimal Amount);
