using System.Globalization;
using System.Text;

namespace MarketData.Benchmarks;

/// <summary>
/// Frames with the form and the size mix of the exchange's traffic, from a seed: book changes of 1-10 levels, now and then 20-40; prices such
/// as 86775.8; amounts such as 4040.0, 0.0477 and 1.0002e6. The ids of each book are a chain, and the first frame of each is a snapshot.
/// </summary>
public static class RealShapedFrames
{
    private static readonly string[] Inverse = ["BTC-PERPETUAL", "ETH-PERPETUAL", "BTC-25DEC26", "ETH-26MAR27"];
    private static readonly string[] Linear = ["BTC_USDC-PERPETUAL", "SOL_USDC-PERPETUAL", "XRP_USDC-PERPETUAL", "NVDA_USDC-PERPETUAL"];
    private static readonly string[] Options = ["BTC-25DEC26-100000-C", "BTC-27NOV26-85000-P", "ETH-25DEC26-3000-C", "ETH-27NOV26-2600-P"];

    /// <summary>Frames of eight books: one snapshot each, then changes.</summary>
    public static byte[][] Books(int count, int seed = 1, int snapshotLevels = 400)
    {
        Random random = new(seed);
        (string Name, bool Usd, double Mid, double Tick)[] books =
        [
            (Inverse[0], true, 86775.5, 0.5), (Inverse[1], true, 2772.65, 0.05), (Inverse[2], true, 88012.5, 2.5), (Inverse[3], true, 2810.5, 0.5),
            (Linear[0], false, 86775.8, 0.1), (Linear[1], false, 141.23, 0.01), (Linear[2], false, 1.3987, 0.0001), (Linear[3], false, 228.51, 0.01),
        ];
        long[] last = new long[books.Length];
        long id = 193_809_616_666;
        List<byte[]> frames = [];
        for (int i = 0; frames.Count < count; i++)
        {
            int n = i < books.Length ? i : random.Next(books.Length);
            var (name, usd, mid, tick) = books[n];
            bool snapshot = i < books.Length;
            int levels = snapshot ? snapshotLevels : random.Next(12) == 0 ? random.Next(20, 41) : random.Next(1, 11);
            int bids = snapshot ? levels / 2 : random.Next(levels + 1);
            long previous = last[n];
            last[n] = id += random.Next(1, 4000);
            StringBuilder json = new();
            json.Append(CultureInfo.InvariantCulture, $$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.{{name}}.100ms","data":{"timestamp":{{1_790_133_840_448 + (i * 3)}},"type":"{{(snapshot ? "snapshot" : "change")}}","change_id":{{last[n]}},"instrument_name":"{{name}}","bids":[""");
            Side(json, random, bids, -1, snapshot, usd, mid, tick);
            json.Append("],\"asks\":[");
            Side(json, random, levels - bids, 1, snapshot, usd, mid, tick);
            json.Append(']');
            if (!snapshot) json.Append(CultureInfo.InvariantCulture, $",\"prev_change_id\":{previous}");
            json.Append("}}}");
            frames.Add(Encoding.UTF8.GetBytes(json.ToString()));
        }

        return [.. frames];
    }

    /// <summary>Tickers, half of perpetuals and futures, half of options with greeks.</summary>
    public static byte[][] Tickers(int count, int seed = 2)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes(i % 2 == 0 ? FutureTicker(random, i) : OptionTicker(random, i)))];
    }

    /// <summary>Trades of one channel, one to six fills a frame.</summary>
    public static byte[][] Trades(int count, int seed = 3)
    {
        Random random = new(seed);
        long sequence = 299_983_428;
        List<byte[]> frames = [];
        for (int i = 0; i < count; i++)
        {
            string name = Inverse[random.Next(2)];
            int fills = random.Next(3) > 0 ? 1 : random.Next(2, 7);
            IEnumerable<string> trades = Enumerable.Range(0, fills).Select(_ => string.Create(CultureInfo.InvariantCulture, $$"""{"timestamp":{{1_789_939_035_856 + i}},"price":{{86000 + (random.Next(4000) * 0.5):0.0}},"amount":{{random.Next(1, 5000) * 10}}.0,"direction":"{{(random.Next(2) == 0 ? "buy" : "sell")}}","index_price":{{86000 + (random.Next(100000) / 100.0):0.00}},"instrument_name":"{{name}}","trade_seq":{{++sequence}},"mark_price":{{86000 + (random.Next(100000) / 100.0):0.00}},"tick_direction":{{random.Next(4)}},"starbase_match_id":{{227_538_625_808_576_513 + i}},"trade_id":"{{145_698_781 + sequence}}","contracts":{{random.Next(1, 5000)}}.0,"starbase_timestamp":{{1_789_939_035_856_973_859 + i}}""") + "}");
            frames.Add(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.{{name}}.100ms","data":[{{string.Join(',', trades)}}]""" + "}}"));
        }

        return [.. frames];
    }

    private static void Side(StringBuilder json, Random random, int levels, int direction, bool snapshot, bool usd, double mid, double tick)
    {
        int step = 0;
        for (int i = 0; i < levels; i++)
        {
            step += snapshot ? random.Next(1, 4) : random.Next(1, 60);
            decimal price = Math.Round((decimal)mid + (direction * step * (decimal)tick), 4);
            string action = snapshot ? "new" : random.Next(10) switch { < 4 => "change", < 7 => "new", _ => "delete" };
            if (i > 0) json.Append(',');
            json.Append(CultureInfo.InvariantCulture, $"[\"{action}\",{price:0.0###},{(action == "delete" ? "0.0" : Amount(random, usd))}]");
        }
    }

    private static string Amount(Random random, bool usd) => random.Next(20) switch
    {
        0 => usd ? "1.0002e6" : "2.2e3",
        1 => usd ? "2.5e4" : "1.423e-1",
        2 => random.Next(1, 3000).ToString(CultureInfo.InvariantCulture),
        _ => usd
            ? (random.Next(1, random.Next(2) == 0 ? 100 : 20_000) * 10).ToString("0.0", CultureInfo.InvariantCulture)
            : (random.Next(1, 40_000) / 10_000m).ToString("0.0###", CultureInfo.InvariantCulture),
    };

    private static string FutureTicker(Random random, int i)
    {
        string name = i % 4 == 0 ? Inverse[i / 4 % 4] : Linear[i / 4 % 4];
        string P() => (86000 + (random.Next(4000) * 0.5)).ToString("0.0", CultureInfo.InvariantCulture);
        string M() => (86000 + (random.Next(100_000) / 100.0)).ToString("0.00", CultureInfo.InvariantCulture);
        return $$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.{{name}}.100ms","data":{"timestamp":{{1_790_755_218_559 + i}},"state":"open","stats":{"high":{{P()}},"low":{{P()}},"price_change":-0.{{random.Next(1000, 9999)}},"volume":{{random.Next(1000, 9999)}}.{{random.Next(10_000_000, 99_999_999)}},"volume_usd":{{random.Next(100_000_000)}}0.0,"volume_notional":{{random.Next(100_000_000)}}0.0},"index_price":{{M()}},"instrument_name":"{{name}}","last_price":{{P()}},"settlement_price":{{M()}},"min_price":{{P()}},"max_price":{{P()}},"open_interest":{{random.Next(1_000_000_000)}},"mark_price":{{M()}},"interest_value":-4.467407940520975e-5,"current_funding":-2.{{random.Next(1000, 9999)}}e-4,"estimated_delivery_price":{{M()}},"funding_8h":-3.1e-6,"best_ask_price":{{P()}},"best_bid_price":{{P()}},"best_ask_amount":{{random.Next(50_000)}}0.0,"best_bid_amount":{{random.Next(50_000)}}0.0""" + "}}}";
    }

    private static string OptionTicker(Random random, int i)
    {
        string name = Options[i / 2 % 4];
        string C() => (random.Next(1, 2000) * 0.0005m).ToString("0.0###", CultureInfo.InvariantCulture);
        string G() => (random.Next(-1_000_000, 1_000_000) / 100_000m).ToString("0.0####", CultureInfo.InvariantCulture);
        string Iv() => (random.Next(3000, 12000) / 100m).ToString("0.0#", CultureInfo.InvariantCulture);
        return $$$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.{{{name}}}.100ms","data":{"timestamp":{{{1_790_755_218_559 + i}}},"state":"open","stats":{"high":{{{C()}}},"low":{{{C()}}},"price_change":{{{G()}}},"volume":{{{random.Next(1000)}}}.6,"volume_usd":{{{random.Next(1_000_000)}}}.91},"greeks":{"delta":0.{{{random.Next(10_000, 99_999)}}},"gamma":1.0e-5,"vega":{{{G()}}},"theta":{{{G()}}},"rho":{{{G()}}}},"index_price":86807.52,"instrument_name":"{{{name}}}","last_price":{{{(random.Next(5) == 0 ? "null" : C())}}},"settlement_price":{{{C()}}},"min_price":0.0001,"max_price":{{{C()}}},"open_interest":{{{random.Next(3000)}}}.1,"mark_price":0.{{{random.Next(100_000, 999_999)}}},"interest_rate":0.0,"estimated_delivery_price":86807.52,"best_ask_price":{{{C()}}},"best_bid_price":{{{C()}}},"mark_iv":{{{Iv()}}},"bid_iv":{{{Iv()}}},"ask_iv":{{{Iv()}}},"underlying_price":86808.75,"underlying_index":"BTC-25DEC26","best_ask_amount":{{{random.Next(300)}}}.9,"best_bid_amount":{{{random.Next(300)}}}.4""" + "}}}";
    }
}
