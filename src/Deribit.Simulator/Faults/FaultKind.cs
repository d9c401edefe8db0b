namespace Deribit.Simulator.Faults;

/// <summary>What can be made to go wrong.</summary>
public enum FaultKind
{
    /// <summary>The next frame of a channel is not sent.</summary>
    Drop,

    /// <summary>The next frame is sent twice.</summary>
    Duplicate,

    /// <summary>The next frame is sent after the one that follows it on the same channel.</summary>
    Swap,

    /// <summary>No frame of the channel is sent for <see cref="Fault.Duration"/>, or until the faults are cleared.</summary>
    Mute,

    /// <summary>The JSON ends in the middle.</summary>
    TruncateJson,

    /// <summary>Structural bytes are flipped; the text is no longer JSON.</summary>
    FlipBytes,

    /// <summary>An amount is negative.</summary>
    NegativeAmount,

    /// <summary>A <c>new</c> or <c>change</c> entry (or a trade) has amount 0.</summary>
    ZeroAmount,

    /// <summary>The frame adds a bid above the best ask (or an ask below the best bid).</summary>
    CrossedBook,

    /// <summary>The frame deletes a level that does not exist.</summary>
    DeleteUnknownLevel,

    /// <summary>A level entry has an action word that nobody knows.</summary>
    UnknownAction,

    /// <summary>A required field is missing.</summary>
    MissingField,

    /// <summary>A field has another JSON type.</summary>
    ChangedType,

    /// <summary>The notification names a channel that nobody subscribed.</summary>
    UnknownChannel,

    /// <summary>An enumeration (direction, state, type) has an unknown value.</summary>
    UnknownEnum,

    /// <summary>A price lies between two ticks.</summary>
    OffTickPrice,

    /// <summary>A <c>new</c> or <c>change</c> entry of a book has another amount than it should; nothing else shows it.</summary>
    WrongAmount,

    /// <summary>
    /// The notification names a channel of <see cref="Fault.Size"/> characters (default 100,000) with line breaks and a forged log line in it.
    /// </summary>
    HostileText,

    /// <summary>The frame adds <see cref="Fault.Size"/> bids (default 200,000) far below the best one.</summary>
    ManyLevels,

    /// <summary>The frame has a field that did not exist before.</summary>
    ExtraField,

    /// <summary>A field occurs twice with two values.</summary>
    DuplicateKey,

    /// <summary>A byte order mark stands before the JSON.</summary>
    ByteOrderMark,

    /// <summary>The frame has an array nested <see cref="Fault.Size"/> deep (default 10,000).</summary>
    DeepNesting,

    /// <summary>The frame is padded to <see cref="Fault.Size"/> bytes (default 5,000,000); its content stays valid.</summary>
    HugeFrame,

    /// <summary>The frame is sent as WebSocket fragments of one byte.</summary>
    OneByteFragments,

    /// <summary>The frame is sent as a binary message.</summary>
    BinaryFrame,

    /// <summary>An empty text message is sent before the frame.</summary>
    EmptyFrame,

    /// <summary>The text of the frame is not valid UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Optional fields are null: the best prices of a ticker, the mark and index price of a trade.</summary>
    NullField,

    /// <summary>Optional fields are missing: a ticker's greeks and index price, a trade's mark and index price, a book's type.</summary>
    MissingOptionalField,

    /// <summary>The frame's compressed block cannot be inflated; only on connections that agreed on compression.</summary>
    CorruptDeflate,

    /// <summary>A snapshot of the book follows the next frame of a book channel.</summary>
    InsertSnapshot,

    /// <summary>The snapshot of the next subscription arrives <see cref="Fault.Duration"/> late, after changes.</summary>
    DelaySnapshot,

    /// <summary>The next subscription is acknowledged but gets no snapshot.</summary>
    NoSnapshot,

    /// <summary>The next subscription of the channel is left out of the reply and not made.</summary>
    OmitChannel,

    /// <summary>The next call of <see cref="Fault.Method"/> is carried out but gets no reply.</summary>
    LoseReply,

    /// <summary>The reply to the next call of <see cref="Fault.Method"/> comes <see cref="Fault.Duration"/> late.</summary>
    SlowReply,

    /// <summary>The next call of <see cref="Fault.Method"/> is refused with <see cref="Fault.Code"/>; 10028 ends the session.</summary>
    ErrorReply,

    /// <summary>The same without the id of the call, as for a call that the server could not read.</summary>
    ErrorWithoutId,

    /// <summary>At once: the connections send and receive nothing for <see cref="Fault.Duration"/> (zero: for good), without closing.</summary>
    Stall,

    /// <summary>At once: the connections get a close frame with <see cref="Fault.Code"/> and <see cref="Fault.Reason"/>.</summary>
    Close,

    /// <summary>At once: the connections end with a TCP reset and no close frame.</summary>
    Abort,

    /// <summary>
    /// For <see cref="Fault.Duration"/> new connections are refused: <see cref="Fault.Code"/> 0 = TCP reset, 429 or 503 = that HTTP status.
    /// </summary>
    RefuseConnections,
}
