using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MarketData.ServiceDefaults.Tests.Http;

/// <summary>Clients over HTTP that a service gets from its factory.</summary>
[Trait("kind", "integration")]
public sealed class HttpDefaultsTests
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_finds_a_service_by_its_name_and_asks_again_when_it_is_not_there_for_a_moment()
    {
        var asked = 0;
        await using var other = WebApplication.CreateSlimBuilder().Build();
        other.Urls.Add("http://127.0.0.1:0");
        other.MapGet("/", () => Interlocked.Increment(ref asked) == 1 ? Results.StatusCode(503) : Results.Text("here"));
        await other.StartAsync(_ct);

        using var test = new TestConfiguration("[health]\nport = 0\naddress = \"localhost\"\n");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["services:other:http:0"] = other.Urls.First();
        builder.AddServiceDefaults(options => (options.Inputs, options.LogToStandardError) = (test.Inputs, true));
        await using var app = builder.Build();
        using var http = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var response = await http.GetAsync(new Uri("http://other/"), _ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("here", await response.Content.ReadAsStringAsync(_ct));
        Assert.Equal(2, asked);
    }
}
