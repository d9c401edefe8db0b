using System.Net;
using MarketData.ClickHouse.Engine;

// Arguments: the library, the data directory, the port (0: any). Prints its address when it answers; ends when its input is closed, so
// that it never outlives who started it.
if (args is not [var library, var data, var port])
    throw new ArgumentException("Start it with three arguments: libchdb.so, the data directory and the port.");

// Before anything runs beside it: for a moment the library owns the signals that .NET turns into exceptions.
LibChdb.Load(library);
using var pool = new ConnectionPool(data);

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Listen(IPAddress.Loopback, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
    kestrel.Limits.MaxRequestBodySize = null;
});
await using var app = builder.Build();
app.MapGet("/ping", () => "Ok.\n");
app.Map("/", new HttpFront(pool).AnswerAsync);
await app.StartAsync();

Console.WriteLine(app.Urls.Single());
while (await Console.In.ReadLineAsync() is not null)
{
}
await app.StopAsync();
