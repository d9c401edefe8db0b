using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>
/// What a person decides about the model. Values come from <c>Parameters:{name}</c>: the command line, the environment, user secrets. A choice
/// and a count shape the model, so they are read once, when it is built; the others may also change in a deployment's own environment file.
/// </summary>
public static class ModelExtensions
{
    /// <summary>Reads one of a few words from the configuration.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="key">The configuration key.</param>
    /// <param name="words">The words.</param>
    /// <param name="otherwise">The word when nothing is configured.</param>
    /// <returns>One of <paramref name="words"/>.</returns>
    /// <exception cref="DistributedApplicationException">The configuration says something else.</exception>
    public static string Choose(this IDistributedApplicationBuilder builder, string key, string[] words, string otherwise)
    {
        var text = builder.Configuration[key] is { Length: > 0 } configured ? configured : otherwise;
        return Array.Find(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw new DistributedApplicationException($"{key} is '{text}'. Say one of: {string.Join(", ", words)}.");
    }

    /// <summary>Adds a parameter with a default that is published, too.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="otherwise">The value when nothing is configured.</param>
    /// <param name="description">What it is, for the dashboard.</param>
    public static IResourceBuilder<ParameterResource> AddSetting(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string otherwise, string description) =>
        builder.AddParameter(name, builder.Configuration[$"Parameters:{name}"] ?? otherwise, publishValueAsDefault: true)
            .WithDescription(description);

    /// <summary>Adds a secret that may be left empty. Its value never reaches what is published.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="description">What it is, for the dashboard.</param>
    public static IResourceBuilder<ParameterResource> AddSecret(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string description) =>
        builder.AddParameter(name, builder.Configuration[$"Parameters:{name}"] ?? "", secret: true)
            .WithDescription(description);

    /// <summary>Adds a secret that is generated once and kept in the user secrets of this machine.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="description">What it is, for the dashboard.</param>
    public static IResourceBuilder<ParameterResource> AddGeneratedSecret(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string description) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true)
            .WithDescription(description);

    /// <summary>Adds a parameter that says how many there are of something.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="otherwise">The count when nothing is configured.</param>
    /// <param name="most">The highest count.</param>
    /// <param name="description">What it is, for the dashboard.</param>
    /// <returns>The count, from 1 to <paramref name="most"/>.</returns>
    /// <exception cref="DistributedApplicationException">The configuration says something else.</exception>
    public static int AddCount(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int otherwise, int most, string description)
    {
        var text = builder.Configuration[$"Parameters:{name}"] ?? otherwise.ToString(CultureInfo.InvariantCulture);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1 || count > most)
            throw new DistributedApplicationException($"The parameter {name} is '{text}'. Give a whole number from 1 to {most}.");
        builder.AddSetting(name, text, description);
        return count;
    }
}
