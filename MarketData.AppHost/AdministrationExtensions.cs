using System.Net.Http.Headers;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What operators may do to a running collector, as commands on the dashboard: each is one request to its health port.</summary>
public static class AdministrationExtensions
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Adds the commands that every collector knows: pause, resume, add a symbol.</summary>
    /// <param name="builder">The collector, which has its health port already.</param>
    /// <param name="key">What the requests are signed with. The collector gets it, too.</param>
    public static IResourceBuilder<ProjectResource> WithAdministration(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ParameterResource> key) => builder
            .WithEnvironment("ADMIN__KEY", key)
            .WithCommand("pause", "Pause intake", context => PostAsync(builder, key, "/admin/pause", context), new CommandOptions
            {
                Description = "Stops collecting until it is resumed. What is missed meanwhile is said in the ledger; trades are fetched afterwards.",
                ConfirmationMessage = "Nothing is collected while it is paused. Pause?",
                IconName = "Pause",
                UpdateState = WhileItRuns,
            })
            .WithCommand("resume", "Resume intake", context => PostAsync(builder, key, "/admin/resume", context), new CommandOptions
            {
                Description = "Collects again after a pause.",
                ConfirmationMessage = "Resume collecting?",
                IconName = "Play",
                UpdateState = WhileItRuns,
            })
            .WithCommand("add-symbol", "Add a symbol", context => PostAsync(builder, key, "/admin/symbols?add=", context), new CommandOptions
            {
                Description = "Collects one more instrument, or all that a pattern matches, on every collector.",
                IconName = "Add",
                Arguments = [Argument("Instrument or pattern", "ETH-*")],
                UpdateState = WhileItRuns,
            });

    /// <summary>Adds the command that only a collector of books knows: fetch one book anew.</summary>
    /// <param name="builder">The collector, which has its health port already.</param>
    /// <param name="key">What the requests are signed with.</param>
    public static IResourceBuilder<ProjectResource> WithResync(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ParameterResource> key) => builder
            .WithCommand("resync", "Resync a book", context => PostAsync(builder, key, "/admin/resync?instrument=", context), new CommandOptions
            {
                Description = "Takes one book for wrong: it is silent until the exchange has sent it anew. The others go on.",
                IconName = "ArrowSync",
                Arguments = [Argument("Instrument", "BTC-PERPETUAL")],
                UpdateState = WhileItRuns,
            });

    private static InteractionInput Argument(string label, string example) =>
        new() { Name = "value", Label = label, Placeholder = example, InputType = InputType.Text, Required = true };

    private static ResourceCommandState WhileItRuns(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    // A path that ends with '=' takes the command's only argument. The answer, yes or no, is {"message": "..."}.
    private static async Task<ExecuteCommandResult> PostAsync(
        IResourceBuilder<ProjectResource> collector, IResourceBuilder<ParameterResource> key, string path, ExecuteCommandContext context)
    {
        if (path.EndsWith('=')) path += Uri.EscapeDataString(context.Arguments?["value"].Value?.Trim() ?? "");
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri(collector.GetEndpoint(ServiceExtensions.HealthEndpointName).Url), Timeout = s_patience };
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await key.Resource.GetValueAsync(context.CancellationToken));
            using var response = await http.SendAsync(request, context.CancellationToken);
            var message = ReadMessage(await response.Content.ReadAsStringAsync(context.CancellationToken));
            if (!response.IsSuccessStatusCode) return CommandResults.Failure(message ?? $"The collector answered {(int)response.StatusCode}.");
            var answer = message ?? "Done.";
            return CommandResults.Success(answer, answer);
        }
        catch (HttpRequestException error)
        {
            return CommandResults.Failure($"The collector cannot be reached: {error.Message}");
        }
        catch (TaskCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            return CommandResults.Failure($"The collector did not answer within {s_patience.TotalSeconds} s.");
        }
    }

    private static string? ReadMessage(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message)
                ? message.ToString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
