using System.Text;
using System.Text.RegularExpressions;

using MarketData.Soak.Time;
using MarketData.Soak.Transport;

namespace MarketData.Soak.Faults;

/// <summary>Spoils the bytes of one frame in a way that a client can notice.</summary>
internal static partial class Spoiler
{
    private static readonly string[] BadNumbers = ["1e999", "\"x\"", "{}", "0.1234567890123456789012345678901234", "--5", "1e40", "NaN", "true"];

    public static void Spoil(Delivery delivery, InjectedFault fault, Dice dice)
    {
        switch (fault.Kind)
        {
            case FaultKind.FrameCorrupted:
                // Control characters are not allowed anywhere in JSON.
                for (var left = dice.Between(1, 4); left > 0; left--)
                    delivery.Bytes[dice.Between(0, delivery.Bytes.Length - 1)] = (byte)dice.Between(1, 8);
                delivery.Usable = false;
                break;
            case FaultKind.FrameTruncated:
                delivery.Bytes = delivery.Bytes[..dice.Between(1, delivery.Bytes.Length - 1)];
                delivery.Usable = false;
                break;
            case FaultKind.NumberUnusable:
                SpoilNumber(delivery, dice);
                break;
            case FaultKind.BookCrossed when delivery is { Content: FrameContent.Book, Instrument: { State: { Asks: [var (price, _), ..] } } }:
                // A bid above the best ask, which the exchange's book does not have. The last word of its side: the change itself may remove that
                // price, and whatever it says later than this would mend the book.
                var text = Encoding.UTF8.GetString(delivery.Bytes);
                var entry = FormattableString.Invariant($"[\"new\",{price + (3 * delivery.Instrument.Tick)},{delivery.Instrument.Step}]");
                delivery.Bytes = Encoding.UTF8.GetBytes(text.Contains("\"bids\":[]", StringComparison.Ordinal)
                    ? text.Replace("\"bids\":[]", $"\"bids\":[{entry}]", StringComparison.Ordinal)
                    : text.Replace("],\"asks\":[", $",{entry}],\"asks\":[", StringComparison.Ordinal));
                delivery.Crosses = true;
                break;
            default:
                // The fault does not apply to this frame: it passes as it is.
                delivery.Fault = null;
                fault.Hits--;
                break;
        }
    }

    private static void SpoilNumber(Delivery delivery, Dice dice)
    {
        var text = Encoding.UTF8.GetString(delivery.Bytes);
        var number = delivery.Content == FrameContent.Book ? LevelAmount().Match(text) : Price().Match(text);
        if (!number.Success || delivery.Content == FrameContent.Ticker)
        {
            delivery.Fault = null;
            return;
        }

        var at = number.Groups[1];
        var bad = delivery.Content == FrameContent.Book && dice.Chance(0.3) ? "-5.0" : dice.Pick(BadNumbers);
        delivery.Bytes = Encoding.UTF8.GetBytes(string.Concat(text.AsSpan(0, at.Index), bad, text.AsSpan(at.Index + at.Length)));
        delivery.Usable = false;
    }

    // ["change",228.58,91.89]
    [GeneratedRegex("\\[\"(?:new|change)\",[^,]+,([^\\]]+)\\]")]
    private static partial Regex LevelAmount();

    [GeneratedRegex("\"price\":([^,]+),")]
    private static partial Regex Price();
}
