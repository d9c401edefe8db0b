namespace Deribit.Simulator.Channels;

/// <summary>What a channel name asks for.</summary>
internal enum ChannelFamily
{
    /// <summary><c>book.{instrument}.{interval}</c></summary>
    Book,

    /// <summary><c>book.{instrument}.{group}.{depth}.{interval}</c></summary>
    GroupedBook,

    /// <summary><c>ticker.{instrument}.{interval}</c></summary>
    Ticker,

    /// <summary><c>trades.{instrument}.{interval}</c></summary>
    Trades,

    /// <summary><c>trades.{kind}.{currency}.{interval}</c></summary>
    TradesByKind,

    /// <summary><c>instrument.state.{kind}.{currency}</c></summary>
    InstrumentState,

    /// <summary><c>instrument.creation.{kind}.{currency}</c></summary>
    InstrumentCreation,

    /// <summary><c>platform_state</c></summary>
    PlatformState,

    /// <summary><c>platform_state.public_methods_state</c></summary>
    PublicMethodsState,

    /// <summary>Anything else; only a recording can serve it.</summary>
    Other,
}
