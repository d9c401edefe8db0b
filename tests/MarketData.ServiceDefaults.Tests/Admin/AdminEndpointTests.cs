using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace MarketData.ServiceDefaults.Tests.Admin;

/// <summary>Who may tell a service something, and how it answers.</summary>
[Trait("kind", "integration")]
public sealed class AdminEndpointTests
{
    private const string Key = "admin-key-value";
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private readonly ConcurrentQueue<string> _done = new();

    [Fact]
    public async Task Command_is_done_for_whoever_has_the_key_and_answers_with_its_sentence()
    {
        await using var app = await StartAsync(Key);
        Assert.Equal((HttpStatusCode.OK, "Paused."), await PostAsync(app, "/admin/pause", Key));
        Assert.Equal((HttpStatusCode.OK, "Got BTC-PERPETUAL."), await PostAsync(app, "/admin/resync?instrument=BTC-PERPETUAL", Key));
        Assert.Equal((HttpStatusCode.Conflict, "No."), await PostAsync(app, "/admin/resync?instrument=no", Key));
        Assert.Equal(["pause", "BTC-PERPETUAL", "no"], _done);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("admin-key-valu")]
    [InlineData("ADMIN-KEY-VALUE")]
    public async Task Row51_Without_the_key_nothing_is_done(string? key)
    {
        await using var app = await StartAsync(Key);
        var (status, message) = await PostAsync(app, "/admin/pause", key);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.DoesNotContain(Key, message, StringComparison.Ordinal);
        Assert.Empty(_done);
    }

    [Fact]
    public async Task Row51_Where_no_key_is_set_nobody_may_do_anything()
    {
        await using var app = await StartAsync("");
        foreach (var key in new[] { null, "", Key })
            Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(app, "/admin/pause", key)).Status);
        Assert.Empty(_done);
    }

    [Theory]
    [InlineData("/admin/resync")]
    [InlineData("/admin/resync?instrument=")]
    [InlineData("/admin/resync?instrument=a&instrument=b")]
    [InlineData("/admin/resync?symbol=a")]
    public async Task Argument_that_is_missing_or_given_twice_is_named(string path)
    {
        await using var app = await StartAsync(Key);
        var (status, message) = await PostAsync(app, path, Key);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("instrument", message, StringComparison.Ordinal);
        Assert.Empty(_done);
    }

    [Fact]
    public async Task Row51_Argument_that_is_far_too_long_is_refused_and_reading_it_changes_nothing()
    {
        await using var app = await StartAsync(Key);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(app, "/admin/resync?instrument=" + new string('a', 5_000), Key)).Status);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.GetAsync(new Uri(app.Urls.First() + "/admin/pause"), _ct)).StatusCode);
        Assert.Empty(_done);
    }

    private async Task<WebApplication> StartAsync(string key)
    {
        using var test = new TestConfiguration("[health]\nport = 0\naddress = \"localhost\"\n");
        test.Variables["ADMIN__KEY"] = key;
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults(options => (options.Inputs, options.LogToStandardError) = (test.Inputs, true));
        builder.Services.AddAdminCommands(_ =>
        [
            ("pause", null, (_, _) => Done("pause", (true, "Paused."))),
            ("resync", "instrument", (name, _) => Done(name, name == "no" ? (false, "No.") : (true, $"Got {name}."))),
        ]);
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync(_ct);
        return app;

        Task<(bool Done, string Message)> Done(string what, (bool Done, string Message) answer)
        {
            _done.Enqueue(what);
            return Task.FromResult(answer);
        }
    }

    private async Task<(HttpStatusCode Status, string Message)> PostAsync(WebApplication app, string path, string? key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Urls.First() + path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request, _ct);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(_ct));
        return (response.StatusCode, json.RootElement.GetProperty("message").GetString() ?? "");
    }
}
