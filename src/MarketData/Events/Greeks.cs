namespace MarketData;

/// <summary>Option sensitivities as the exchange computes them.</summary>
/// <param name="Delta">Change of price per unit of the underlying.</param>
/// <param name="Gamma">Change of delta per unit of the underlying.</param>
/// <param name="Rho">Change of price per percentage point of the interest rate.</param>
/// <param name="Theta">Change of price per day.</param>
/// <param name="Vega">Change of price per percentage point of volatility.</param>
public sealed record Greeks(double? Delta, double? Gamma, double? Rho, double? Theta, double? Vega);
