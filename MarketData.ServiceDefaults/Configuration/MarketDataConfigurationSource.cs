using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Puts a loaded configuration into .NET's <see cref="IConfiguration"/>. Each key appears under its own name
/// (<c>kafka:bootstrap_servers</c>) and, so that the standard binder finds the property <c>BootstrapServers</c>, without underscores (<c>kafka:bootstrapservers</c>).
/// Durations are given as <see cref="TimeSpan"/> text (<c>redis:ttl:orderbook</c> = <c>00:00:03</c>), since the binder reads a bare
/// <c>3</c> as three days; a key that ends in <c>_seconds</c> keeps its number and appears a third time without that ending.
/// </summary>
internal sealed class MarketDataConfigurationSource(LoadedConfiguration loaded) : IConfigurationSource
{
    private const string SecondsEnding = "_seconds";

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(loaded);

    private sealed class Provider(LoadedConfiguration loaded) : ConfigurationProvider
    {
        public override void Load()
        {
            foreach (var (name, value) in loaded.Other) Data[name] = value;
            foreach (var key in loaded.Schema.Keys) Expose(key, loaded.SettingOf(key.Name));
        }

        private void Expose(ConfigurationKey key, Setting setting)
        {
            if (setting.Items is { } items)
            {
                for (var i = 0; i < items.Count; i++) Set(key.Name, $":{i}", items[i]);
            }
            else if (key.Kind == ConfigurationKind.Seconds
                && double.TryParse(setting.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                && seconds >= key.Minimum && seconds <= key.Maximum)
            {
                var duration = TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);
                var hasUnit = key.Name.EndsWith(SecondsEnding, StringComparison.Ordinal);
                if (hasUnit) Set(key.Name, "", setting.Text);
                Set(hasUnit ? key.Name[..^SecondsEnding.Length] : key.Name, "", duration);
            }
            else
            {
                Set(key.Name, "", setting.Text);
            }
        }

        private void Set(string name, string index, string value)
        {
            Data[name + index] = value;
            Data[ConfigurationSchema.Squeeze(name) + index] = value;
        }
    }
}
