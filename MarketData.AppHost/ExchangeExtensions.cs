using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Which exchange is collected from, and what of it, in the names of <c>config/default.toml</c>.</summary>
public static class ExchangeExtensions
{
    private const string WebSocketKey = "EXCHANGES__DERIBIT__WS_URL";
    private const string HttpKey = "EXCHANGES__DERIBIT__HTTP_URL";
    private const string HistoryKey = "EXCHANGES__DERIBIT__HISTORY_URL";

    /// <summary>Adds the parameter that chooses the exchange: <c>live</c>, <c>testnet</c> or <c>simulated</c>.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="otherwise">The exchange when nothing is configured.</param>
    /// <exception cref="DistributedApplicationException">The configuration names another, or a simulated one is to be deployed.</exception>
    public static ExchangeChoice AddExchange(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, ExchangeChoice otherwise)
    {
        string[] words = ["live", "testnet", "simulated"];
        var word = builder.Choose($"Parameters:{name}", words, words[(int)otherwise]);
        builder.AddSetting(name, word, "Where the data comes from: live, testnet or simulated.");
        var choice = (ExchangeChoice)Array.IndexOf(words, word);
        if (choice == ExchangeChoice.Simulated && builder.ExecutionContext.IsPublishMode)
            throw new DistributedApplicationException($"The parameter {name} is 'simulated', which is for a trial on one machine. Deploy with live or testnet.");
        return choice;
    }

    /// <summary>Points a collector at the exchange. A simulated one is waited for, and is never sent credentials.</summary>
    /// <param name="builder">The collector.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="simulator">The process of the simulated exchange; null when it is another one.</param>
    /// <param name="key">The API key; its value may be empty.</param>
    /// <param name="secret">The API secret; its value may be empty.</param>
    public static IResourceBuilder<ProjectResource> WithExchange(
        this IResourceBuilder<ProjectResource> builder,
        ExchangeChoice exchange,
        IResourceBuilder<ProjectResource>? simulator,
        IResourceBuilder<ParameterResource> key,
        IResourceBuilder<ParameterResource> secret)
    {
        if (exchange == ExchangeChoice.Simulated && simulator is not null)
        {
            var host = simulator.Exchange();
            return builder.WaitFor(simulator)
                .WithEnvironment(WebSocketKey, $"ws://{host}/ws/api/v2")
                .WithEnvironment(HttpKey, $"http://{host}/api/v2")
                .WithEnvironment(HistoryKey, $"http://{host}/history/api/v2");
        }

        if (exchange == ExchangeChoice.Testnet)
        {
            builder.WithEnvironment(WebSocketKey, "wss://test.deribit.com/ws/api/v2")
                .WithEnvironment(HttpKey, "https://test.deribit.com/api/v2");
        }

        return builder.WithEnvironment("DERIBIT_KEY", key).WithEnvironment("DERIBIT_SECRET", secret);
    }

    /// <summary>Sets what is collected until somebody says otherwise.</summary>
    /// <param name="builder">The collector.</param>
    /// <param name="symbols">Instruments or patterns, separated by commas.</param>
    public static IResourceBuilder<ProjectResource> WithSymbols(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ParameterResource> symbols) =>
        builder.WithEnvironment("EXCHANGES__DERIBIT__SYMBOLS", symbols);
}
