namespace MarketData.Symbols;

/// <summary>What a property selector can ask of an instrument, in the order of the canonical text.</summary>
internal enum SelectorProperty
{
    /// <summary>The instrument's name, as a pattern; case matters.</summary>
    Name,

    /// <summary>The exchange's word for the kind.</summary>
    Kind,

    /// <summary>What is traded.</summary>
    Currency,

    /// <summary>What the price is in.</summary>
    Quote,

    /// <summary>What profit and loss are paid in.</summary>
    Settlement,

    /// <summary>How often it settles, or <c>perpetual</c>.</summary>
    Period,

    /// <summary><c>linear</c> or <c>reversed</c>.</summary>
    Type,

    /// <summary>The index that prices it.</summary>
    Index,

    /// <summary><c>call</c> or <c>put</c>.</summary>
    Option,

    /// <summary>The strike, a number.</summary>
    Strike,

    /// <summary>When it expires: a time from now, a date, or <c>never</c>.</summary>
    Expiry,
}
