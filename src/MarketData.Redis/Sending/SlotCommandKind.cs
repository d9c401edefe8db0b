namespace MarketData.Redis.Sending;

/// <summary>The kinds of <see cref="SlotCommand"/>.</summary>
internal enum SlotCommandKind
{
    /// <summary>Nothing to send.</summary>
    Nothing,

    /// <summary>Write and publish a value.</summary>
    Write,

    /// <summary>Delete the key.</summary>
    Delete,

    /// <summary>Prolong the life of the key.</summary>
    Refresh,
}
