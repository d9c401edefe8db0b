namespace Deribit.Simulator.Wire;

/// <summary>
/// Chooses the spelling of each number of one frame. Depends only on the seed and the frame's id, so the same
/// frame is spelled alike for every subscriber and in every run.
/// </summary>
internal struct NumberForms(ulong seed, double exponentFraction)
{
    private ulong _state = seed;

    // Out of 256: the exponent share first, then about a third of the rest without a trailing ".0".
    private readonly byte _exponent = (byte)Math.Clamp(exponentFraction * 256, 0, 255);

    /// <summary>Plain spelling only, for answers to calls.</summary>
    public static NumberForms PlainOnly => new(0, 0);

    public NumberForm Next()
    {
        _state = SeededRandom.Mix(_state + 0x9E3779B97F4A7C15UL);
        var draw = (byte)_state;
        return draw < _exponent ? NumberForm.Exponent : draw % 3 == 0 ? NumberForm.Shortest : NumberForm.PointZero;
    }

    /// <summary>True about once in <paramref name="n"/> times; for choices of shape other than numbers.</summary>
    public bool OneIn(int n)
    {
        _state = SeededRandom.Mix(_state + 0x9E3779B97F4A7C15UL);
        return _state % (ulong)n == 0;
    }
}
