using System.CommandLine;
using System.Globalization;

namespace MarketData.Cli;

/// <summary>An option that takes a whole number within a range, and says so in one sentence when it is given anything else.</summary>
internal static class NumberOption
{
    public static Option<int?> Create(string name, string description, int min, int max) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = string.Join(' ', result.Tokens.Select(token => token.Value));
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
                return number;
            result.AddError($"{name} {text}: give a whole number from {min} to {max}.");
            return null;
        },
    };
}
