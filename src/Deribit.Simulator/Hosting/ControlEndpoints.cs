using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deribit.Simulator.Hosting;

/// <summary>
/// The simulator's own controls over HTTP, which no exchange has:
/// <c>GET /simulator/status</c>, <c>GET /simulator/book/{instrument}</c>, <c>GET|POST|DELETE /simulator/faults</c>,
/// <c>POST /simulator/market</c>, <c>POST /simulator/replay/start</c>.
/// </summary>
internal static class ControlEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static void Map(WebApplication app, SimulatorServer server)
    {
        app.MapGet("/simulator/status", http => WriteAsync(http, server.Status));
        app.MapGet("/simulator/book/{instrument}", http => BookAsync(http, server));
        app.MapGet("/simulator/faults", http => WriteAsync(http, new { armed = server.Faults.Armed, applied = server.Faults.Applied }));
        app.MapPost("/simulator/faults", http => GuardAsync(http, async () =>
        {
            var fault = await JsonSerializer.DeserializeAsync<FaultRequest>(http.Request.Body, Json, http.RequestAborted)
                ?? throw new ArgumentException("The body is empty. Send a fault such as {\"kind\":\"drop\",\"channel\":\"book.*\"}.");
            server.Faults.Add(fault.ToFault());
        }));
        app.MapDelete("/simulator/faults", http => GuardAsync(http, () =>
        {
            server.Faults.Clear();
            return Task.CompletedTask;
        }));
        app.MapPost("/simulator/market", http => GuardAsync(http, async () =>
        {
            var change = await JsonSerializer.DeserializeAsync<MarketRequest>(http.Request.Body, Json, http.RequestAborted)
                ?? throw new ArgumentException("The body is empty. Send a change such as {\"maintenance\":true}.");
            change.Apply(server.Market);
        }));
        app.MapPost("/simulator/replay/start", http => GuardAsync(http, () =>
        {
            server.Replay.Start();
            return Task.CompletedTask;
        }));
    }

    private static Task BookAsync(HttpContext http, SimulatorServer server) => GuardAsync(http, async () =>
    {
        var name = http.Request.RouteValues["instrument"]?.ToString() ?? "";
        var book = server.Status.ReplayTotal is null ? server.Market.GetBook(name) : server.Replay.GetBook(name);
        await WriteAsync(http, book ?? throw new ArgumentException($"No book of {name} has been served yet."));
    });

    private static Task WriteAsync<T>(HttpContext http, T value) => http.Response.WriteAsJsonAsync(value, Json, http.RequestAborted);

    // A caller's mistake is answered with its own words.
    private static async Task GuardAsync(HttpContext http, Func<Task> act)
    {
        try
        {
            await act();
            if (!http.Response.HasStarted)
            {
                await WriteAsync(http, new { ok = true });
            }
        }
        catch (Exception error) when (error is ArgumentException or JsonException or InvalidOperationException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(http, new { error = error.Message });
        }
    }
}
