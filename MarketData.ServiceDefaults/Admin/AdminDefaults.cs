using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Maps <c>POST /admin/NAME</c>. Comes in: requests with the key. Goes out: <c>{"message":".."}</c> with 200 when it was done, 409 when it could
/// not be, 400 for a wrong argument, 401 for a wrong key, 403 when no key is set.
/// </summary>
internal static class AdminDefaults
{
    private const string Scheme = "Bearer ";
    private const int LongestArgument = 512;

    public static void Map(WebApplication app, LoadedConfiguration loaded)
    {
        // Held against each other as hashes of one length: how long it takes says nothing of the key.
        var key = loaded["admin:key"] is { Length: > 0 } text ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : null;
        foreach (var (name, parameter, run) in app.Services.GetServices<AdminCommands>().SelectMany(commands => commands.All))
            app.MapPost($"/admin/{name}", request => AnswerAsync(request, parameter, run, key));
    }

    private static async Task AnswerAsync(
        HttpContext context, string? parameter, Func<string, CancellationToken, Task<(bool Done, string Message)>> run, byte[]? key)
    {
        var (status, message) = Refusal(context.Request, parameter, key, out var argument) ?? Outcome(await run(argument, context.RequestAborted));
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        await context.Response.WriteAsJsonAsync(new Dictionary<string, string> { ["message"] = message }, context.RequestAborted);
    }

    private static (int Status, string Message) Outcome((bool Done, string Message) answer) =>
        (answer.Done ? StatusCodes.Status200OK : StatusCodes.Status409Conflict, answer.Message);

    private static (int Status, string Message)? Refusal(HttpRequest request, string? parameter, byte[]? key, out string argument)
    {
        argument = "";
        if (key is null)
            return (StatusCodes.Status403Forbidden, "No key is set, so nobody may do this: set ADMIN__KEY where the service starts.");
        var header = request.Headers[HeaderNames.Authorization].ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), key))
            return (StatusCodes.Status401Unauthorized, "Send the service's ADMIN__KEY as Authorization: Bearer KEY.");
        if (parameter is null) return null;
        var values = request.Query[parameter];
        if (values is not [{ Length: > 0 and <= LongestArgument } value])
            return (StatusCodes.Status400BadRequest, $"Give {parameter} once, as ?{parameter}=.., of at most {LongestArgument} characters.");
        argument = value;
        return null;
    }
}
