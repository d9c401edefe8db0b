using MarketData.ServiceDefaults;
using MarketData.ServiceDefaults.TestHost;

// Behaviour on stop is chosen by a variable: "drain" (default) stops at once, "hang" never finishes, "fault" throws while running,
// "chatter" logs without end and names its progress in a file.
var behaviour = Environment.GetEnvironmentVariable("TESTHOST_BEHAVIOUR") ?? "drain";

return await ServiceHost.RunAsync("testhost", args, configure: null, (builder, _) =>
    builder.Services.AddHostedService(services => new TestWorker(
        behaviour, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<TestWorker>>())));
