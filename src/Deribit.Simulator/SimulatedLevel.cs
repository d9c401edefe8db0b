namespace Deribit.Simulator;

/// <summary>One price level, exact.</summary>
/// <param name="Price">In the instrument's price unit.</param>
/// <param name="Amount">In the instrument's amount unit; greater than zero.</param>
public readonly record struct SimulatedLevel(decimal Price, decimal Amount);
