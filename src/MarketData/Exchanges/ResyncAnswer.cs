namespace MarketData.Exchanges;

/// <summary>What became of the wish to get one book anew.</summary>
public enum ResyncAnswer
{
    /// <summary>The book is withheld and subscribed anew; a snapshot heals it.</summary>
    Begun,

    /// <summary>The book is not in sync: it is being got anew already.</summary>
    UnderWay,

    /// <summary>No book of that name is kept here.</summary>
    NotCollected,

    /// <summary>Too many such wishes wait; this one was not taken.</summary>
    Busy,
}
