namespace MarketData.Events;

/// <content>Whole events of every kind, for those who keep them.</content>
public static partial class EventReader
{
    /// <summary>Reads an event of any kind, exactly as it was written.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    /// <param name="epoch">The connection generation, from the record's header.</param>
    /// <param name="marketEvent">The event; null unless the answer is <see cref="EventRead.Ok"/>. Its key is made from exchange and name.</param>
    /// <param name="fault">What is wrong, as a sentence; empty when the answer is <see cref="EventRead.Ok"/>.</param>
    public static EventRead Read(ReadOnlyMemory<byte> json, long epoch, out MarketDataEvent? marketEvent, out string fault)
    {
        (marketEvent, fault) = (null, "");
        using var document = Parse(json);
        if (document is null)
        {
            fault = "It is no JSON object.";
            return EventRead.Malformed;
        }

        var members = new EventMembers(document.RootElement);
        var type = members.Text("data_type");
        var head = HeadOf(members, epoch);
        var isKnown = true;
        MarketDataEvent? read = type switch
        {
            "trade" => Trade(head, members),
            "orderbook" => Book(head, members),
            "ticker" => Ticker(head, members),
            "integrity" => Integrity(head, members, out isKnown),
            _ => null,
        };
        if (members.Fault is { } wrong)
        {
            fault = wrong;
            return EventRead.Malformed;
        }

        if (read is null || !isKnown)
        {
            fault = read is null ? $"There is no event of the type '{type}' in this version." : "This version does not know the kind of integrity event.";
            return EventRead.Unknown;
        }

        marketEvent = read;
        return EventRead.Ok;
    }

    private static Head HeadOf(EventMembers json, long epoch) =>
        new(json.Text("exchange"), json.Text("instrument_name"), json.Whole("timestamp"), json.Whole("received_at"), epoch);

    private static TradeEvent Trade(Head head, EventMembers json)
    {
        var direction = json.Text("direction");
        var (isBuy, isSell) = (direction == "buy", direction == "sell");
        return new TradeEvent
        {
            Exchange = head.Exchange,
            InstrumentName = head.InstrumentName,
            Key = head.Key,
            ExchangeTimeUnixMs = head.Time,
            ReceivedAtUnixNs = head.ReceivedAt,
            Epoch = head.Epoch,
            TradeId = json.Text("trade_id"),
            TradeSequence = json.Whole("trade_seq"),
            Price = json.Exact("price"),
            Amount = json.Exact("amount"),
            Direction = isBuy ? TradeDirection.Buy : isSell ? TradeDirection.Sell : TradeDirection.Unknown,
            UnknownDirection = isBuy || isSell ? null : direction,
            TickDirection = TickDirection(json),
            IndexPrice = json.OptionalExact("index_price"),
            MarkPrice = json.OptionalExact("mark_price"),
            ImpliedVolatility = json.Figure("iv"),
            Liquidation = json.OptionalText("liquidation"),
            Contracts = json.OptionalExact("contracts"),
            ComboId = json.OptionalText("combo_id"),
            ComboTradeId = json.OptionalText("combo_trade_id"),
            BlockTradeId = json.OptionalText("block_trade_id"),
            Source = json.Text("source") switch
            {
                "live" => TradeSource.Live,
                "backfill" => TradeSource.Backfill,
                var other => json.Refuse("source", other, TradeSource.Live),
            },
            ComboRole = json.OptionalText("combo_role") switch
            {
                null => ComboRole.None,
                "combo" => ComboRole.Combo,
                "leg" => ComboRole.Leg,
                var other => json.Refuse("combo_role", other, ComboRole.None),
            },
            Legs = json.Array("legs", leg => new TradeLeg(leg.Text("instrument_name"), leg.Text("trade_id"), leg.OptionalWhole("trade_seq"))),
        };
    }

    private static int? TickDirection(EventMembers json) => json.OptionalWhole("tick_direction") switch
    {
        null => null,
        >= int.MinValue and <= int.MaxValue and var value => (int)value,
        var value => json.Refuse<int?>("tick_direction", $"{value}", null),
    };

    private static OrderBookEvent Book(Head head, EventMembers json) => new()
    {
        Exchange = head.Exchange,
        InstrumentName = head.InstrumentName,
        Key = head.Key,
        ExchangeTimeUnixMs = head.Time,
        ReceivedAtUnixNs = head.ReceivedAt,
        Epoch = head.Epoch,
        Action = json.Text("action") switch
        {
            "snapshot" => BookAction.Snapshot,
            "update" => BookAction.Update,
            var other => json.Refuse("action", other, BookAction.Update),
        },
        Bids = Levels(json, "bids"),
        Asks = Levels(json, "asks"),
        ChangeId = json.Whole("change_id"),
        PreviousChangeId = json.OptionalWhole("prev_change_id"),
        VerifiedAtUnixNs = json.OptionalWhole("verified_at"),
        BestBid = Best(json, "best_bid_price", "best_bid_amount"),
        BestAsk = Best(json, "best_ask_price", "best_ask_amount"),
    };

    private static BookLevel[] Levels(EventMembers json, string name) =>
        json.Array(name, level => new BookLevel(level.Exact("price"), level.Exact("amount"))) ?? json.Missing<BookLevel[]>(name, []);

    private static BookLevel? Best(EventMembers json, string price, string amount) =>
        json.OptionalExact(price) is { } value ? new BookLevel(value, json.Exact(amount)) : null;

    private static TickerEvent Ticker(Head head, EventMembers json) => new()
    {
        Exchange = head.Exchange,
        InstrumentName = head.InstrumentName,
        Key = head.Key,
        ExchangeTimeUnixMs = head.Time,
        ReceivedAtUnixNs = head.ReceivedAt,
        Epoch = head.Epoch,
        State = json.OptionalText("state"),
        LastPrice = json.OptionalExact("last_price"),
        MarkPrice = json.OptionalExact("mark_price"),
        IndexPrice = json.OptionalExact("index_price"),
        BestBidPrice = json.OptionalExact("best_bid_price"),
        BestBidAmount = json.OptionalExact("best_bid_amount"),
        BestAskPrice = json.OptionalExact("best_ask_price"),
        BestAskAmount = json.OptionalExact("best_ask_amount"),
        MinPrice = json.OptionalExact("min_price"),
        MaxPrice = json.OptionalExact("max_price"),
        OpenInterest = json.Figure("open_interest"),
        CurrentFunding = json.Figure("current_funding"),
        Funding8Hours = json.Figure("funding_8h"),
        InterestValue = json.Figure("interest_value"),
        SettlementPrice = json.OptionalExact("settlement_price"),
        DeliveryPrice = json.OptionalExact("delivery_price"),
        EstimatedDeliveryPrice = json.OptionalExact("estimated_delivery_price"),
        AskImpliedVolatility = json.Figure("ask_iv"),
        BidImpliedVolatility = json.Figure("bid_iv"),
        MarkImpliedVolatility = json.Figure("mark_iv"),
        UnderlyingPrice = json.OptionalExact("underlying_price"),
        UnderlyingIndex = json.OptionalText("underlying_index"),
        InterestRate = json.Figure("interest_rate"),
        Greeks = json.Inner("greeks", greeks => new Greeks(
            greeks.Figure("delta"), greeks.Figure("gamma"), greeks.Figure("rho"), greeks.Figure("theta"), greeks.Figure("vega"))),
        Stats = json.Inner("stats", stats => new TickerStats(
            stats.Figure("high"), stats.Figure("low"), stats.Figure("volume"), stats.Figure("volume_usd"), stats.Figure("price_change"))),
    };

    private static IntegrityEvent Integrity(Head head, EventMembers json, out bool isKnown)
    {
        var known = EventJson.KindOf(json.Text("kind"));
        isKnown = known is not null;
        var kind = known.GetValueOrDefault();
        return new IntegrityEvent
        {
            Exchange = head.Exchange,
            InstrumentName = head.InstrumentName,
            Key = head.Key,
            ExchangeTimeUnixMs = head.Time,
            ReceivedAtUnixNs = head.ReceivedAt,
            Epoch = head.Epoch,
            Channel = json.Text("channel"),
            Kind = kind,
            FromId = json.OptionalWhole("from_id"),
            ToId = json.OptionalWhole("to_id"),
            FromTimeUnixMs = json.OptionalWhole("from_time"),
            ToTimeUnixMs = json.OptionalWhole("to_time"),
            Detail = json.OptionalText("detail"),
        };
    }

    private readonly record struct Head(string Exchange, string InstrumentName, long Time, long ReceivedAt, long Epoch)
    {
        public string Key => $"{Exchange}.{InstrumentName}";
    }
}
