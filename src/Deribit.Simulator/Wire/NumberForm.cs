namespace Deribit.Simulator.Wire;

/// <summary>How one number is spelled. The exchange mixes all three within one stream, with no fixed rule.</summary>
internal enum NumberForm
{
    /// <summary><c>2700.0</c></summary>
    PointZero,

    /// <summary><c>2700</c></summary>
    Shortest,

    /// <summary><c>2.7e3</c></summary>
    Exponent,
}
