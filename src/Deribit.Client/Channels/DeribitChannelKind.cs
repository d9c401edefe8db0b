namespace Deribit.Client;

/// <summary>What a channel carries.</summary>
public enum DeribitChannelKind
{
    /// <summary>A channel that this library does not decode.</summary>
    Unknown,

    /// <summary>One instrument's full book as a snapshot and changes: <c>book.{instrument}.{interval}</c>.</summary>
    Book,

    /// <summary>A window of one instrument's book: <c>book.{instrument}.{group}.{depth}.{interval}</c>.</summary>
    GroupedBook,

    /// <summary>One instrument's ticker: <c>ticker.{instrument}.{interval}</c>.</summary>
    Ticker,

    /// <summary>One instrument's trades: <c>trades.{instrument}.{interval}</c>.</summary>
    Trades,

    /// <summary>The trades of many instruments: <c>trades.{kind}.{currency}.{interval}</c>.</summary>
    TradesByKind,

    /// <summary>Changes of state: <c>instrument.state.{kind}.{currency}</c>.</summary>
    InstrumentState,

    /// <summary>New instruments: <c>instrument.creation.{kind}.{currency}</c>.</summary>
    InstrumentCreation,

    /// <summary>Maintenance and locks: <c>platform_state</c>.</summary>
    PlatformState,

    /// <summary>Whether calls without a key are served: <c>platform_state.public_methods_state</c>.</summary>
    PublicMethodsState,
}
