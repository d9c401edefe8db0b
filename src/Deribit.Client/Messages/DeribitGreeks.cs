namespace Deribit.Client;

/// <summary>An option's sensitivities as the exchange computed them; each may be null.</summary>
/// <param name="Delta">Delta.</param>
/// <param name="Gamma">Gamma.</param>
/// <param name="Rho">Rho.</param>
/// <param name="Theta">Theta.</param>
/// <param name="Vega">Vega.</param>
public readonly record struct DeribitGreeks(double? Delta, double? Gamma, double? Rho, double? Theta, double? Vega);
