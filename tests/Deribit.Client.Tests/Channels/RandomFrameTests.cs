using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Deribit.Client.Channels;

namespace Deribit.Client.Tests.Channels;

public sealed class RandomFrameTests
{
    private static readonly Gen<string> Space = Gen.Frequency((8, Gen.Const("")), (1, Gen.Const(" ")), (1, Gen.Const("\n\t ")));

    private static readonly Gen<string> Number = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 99_999_999], Gen.Int[0, 9_999], Gen.Int[-6, 6])
        .Select((form, whole, fraction, exponent) => form switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{whole}"),
            1 => string.Create(CultureInfo.InvariantCulture, $"{whole % 100_000}.{fraction:0000}"),
            2 => string.Create(CultureInfo.InvariantCulture, $"{whole % 10}.{fraction}e{exponent}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{whole % 1_000_000}.0"),
        });

    private static readonly Gen<string> Price = Gen.Select(Number, Gen.Int[0, 9]).Select((n, sign) => sign == 0 ? "-" + n : n);

    private static readonly Gen<string> Level = Gen.Select(Gen.Int[0, 2], Price, Number, Space).Select((action, price, amount, space) =>
        action == 2 || Reference.Exact(amount) == "0"
            ? $"[{space}\"delete\",{space}{price},0.0]"
            : $"[\"{(action == 0 ? "new" : "change")}\"{space},{price}{space},{space}{amount}{space}]");

    private static readonly Gen<string> Side = Gen.Select(Level.Array[0, 12], Space).Select((levels, space) => $"[{space}{string.Join("," + space, levels)}]");

    private static readonly Gen<string> Frame =
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, 1L << 53], Gen.Bool, Side, Side).SelectMany((id, time, isChange, bids, asks) =>
        {
            List<string> members =
            [
                $"\"type\":\"{(isChange ? "change" : "snapshot")}\"", $"\"timestamp\":{time}", $"\"change_id\":{id}",
                "\"instrument_name\":\"BTC-PERPETUAL\"", $"\"bids\":{bids}", $"\"asks\":{asks}", "\"unknown\":[{\"bids\":[]}]",
            ];
            if (isChange) members.Add($"\"prev_change_id\":{id / 2}");
            return Gen.Select(Gen.Shuffle(members), Gen.Bool, Gen.Bool, Space).Select((shuffled, swapTop, swapParams, space) =>
            {
                string data = $"{{{space}{string.Join(space + "," + space, shuffled)}{space}}}";
                string channel = "\"channel\":\"book.BTC-PERPETUAL.raw\"";
                string parameters = swapParams ? $"{{\"data\":{data},{space}{channel}}}" : $"{{{channel},\"data\":{data}{space}}}";
                return swapTop
                    ? $"{{\"params\":{parameters},\"method\":\"subscription\",\"jsonrpc\":\"2.0\"}}"
                    : $"{{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{parameters}{space}}}";
            });
        });

    [Fact]
    public void Random_book_in_any_order_spacing_and_number_form_equals_the_reference()
    {
        NotificationDecoder decoder = new();
        Frame.Sample(frame =>
        {
            using JsonDocument json = JsonDocument.Parse(frame);
            string expected = Reference.Describe(json.RootElement);
            string actual = Reference.Describe(decoder.Decode(Encoding.UTF8.GetBytes(frame), 1, 1));
            Assert.Equal(expected, actual);
        }, iter: 20_000, threads: 1);
    }

    [Fact]
    public void Any_bytes_give_a_message_and_never_an_exception()
    {
        const int Frames = 200_000;
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        byte[][] originals = [.. Originals().Select(Encoding.UTF8.GetBytes)];
        NotificationDecoder decoder = new();
        int usable = 0, unusable = 0;
        for (int i = 0; i < Frames; i++)
        {
            byte[] frame = Mutate(random, originals);
            try
            {
                DeribitMessage message = decoder.Decode(frame, 1, 1);
                if (message is DeribitUnusableFrame) unusable++;
                else usable++;
                if (message is not DeribitUnusableFrame && i % 10 == 0) AssertIsJson(frame);
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}, frame {i}: {e}\n{Convert.ToBase64String(frame)}");
            }
        }

        Assert.True(usable > Frames / 100 && unusable > Frames / 4, $"Seed {seed}: {usable} usable and {unusable} unusable frames.");
    }

    [Fact]
    public void Every_truncation_is_unusable()
    {
        NotificationDecoder decoder = new();
        foreach (string original in Originals())
        {
            byte[] frame = Encoding.UTF8.GetBytes(original);
            for (int length = 0; length < frame.Length; length++)
                Assert.IsType<DeribitUnusableFrame>(decoder.Decode(frame.AsSpan(0, length), 1, 1));
        }
    }

    private static IEnumerable<string> Originals() =>
    [
        Frames.Book(Frames.BookSnapshot),
        Frames.Book(Frames.BookChange),
        Frames.Trades(Frames.Trade, Frames.Trade),
        Frames.Notification("trades.option.any.raw", $"[{Frames.Trade.Insert(1, "\"combo_trade_id\":43,\"legs\":[{}],\"iv\":47.58,")}]"),
        Frames.Notification("ticker.BTC-PERPETUAL.100ms", Frames.Ticker),
        Frames.Notification("book.BTC-PERPETUAL.none.20.100ms", """{"timestamp":1,"change_id":2,"instrument_name":"BTC-PERPETUAL","bids":[[1.5,2]],"asks":[[2.5,1e3]]}"""),
        Frames.Notification("instrument.state.any.any", """{"timestamp":1553080940000,"state":"open","instrument_name":"BTC-22MAR19"}"""),
        Frames.Notification("instrument.creation.any.any", """{"instrument_name":"A","tick_size_steps":[{"above_price":120,"tick_size":0.001}],"is_active":true}"""),
        Frames.Notification("platform_state", """{"locked":true,"price_index":"sol_usdc","reasons":[]}"""),
        Frames.Notification("quote.BTC-PERPETUAL", """{"a":[1,2.5e3,{"b":"\u00e9\n"}]}"""),
        """{"params":{"data":{"maintenance":true},"channel":"platform_state"},"method":"subscription"}""",
    ];

    private static byte[] Mutate(Random random, byte[][] originals)
    {
        byte[] frame = (byte[])originals[random.Next(originals.Length)].Clone();
        switch (random.Next(6))
        {
            case 0:
                return frame[..random.Next(frame.Length)];
            case 1:
                byte[] noise = new byte[random.Next(200)];
                random.NextBytes(noise);
                return noise;
            case 2:
                int start = random.Next(frame.Length), length = random.Next(frame.Length - start);
                return [.. frame[..(start + length)], .. frame[start..]]; // a piece twice
            case 3:
                int cut = random.Next(frame.Length);
                return [.. frame[..cut], .. frame[Math.Min(frame.Length, cut + random.Next(1, 20))..]]; // a piece missing
            case 4:
                const string Structure = "{}[],:\"\\0123456789.eE+-ntf u\0";
                for (int n = random.Next(1, 4); n > 0; n--) frame[random.Next(frame.Length)] = (byte)Structure[random.Next(Structure.Length)];
                return frame;
            default:
                for (int n = random.Next(1, 6); n > 0; n--) frame[random.Next(frame.Length)] = (byte)random.Next(256);
                return frame;
        }
    }

    // Invalid UTF-8 in a string that is passed over is not looked at, so only what the framework reader looks at is compared.
    private static void AssertIsJson(byte[] frame)
    {
        Utf8JsonReader reader = new(frame);
        while (reader.Read())
        {
        }
    }
}
