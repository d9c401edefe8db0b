namespace MarketData;

/// <summary>
/// What a trade has to do with a combo. An exchange publishes a combo's trade on the combo and again on each leg: whoever adds up volume over
/// instruments leaves the trades of the role <see cref="Combo"/> out.
/// </summary>
public enum ComboRole
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is the trade of a combo; its legs carry the volume.</summary>
    Combo,

    /// <summary>It is the trade of a leg, brought about by a combo's trade.</summary>
    Leg,
}
