namespace MarketData.Kafka.Tests.Support;

/// <summary>Tests that take minutes run on demand.</summary>
internal static class LongTests
{
    private const string Variable = "MARKETDATA_LONG_TESTS";

    public static bool AreWanted => Environment.GetEnvironmentVariable(Variable) == "1";

    public static void Require()
    {
        if (!AreWanted)
            Assert.Skip($"Takes minutes; set {Variable}=1 to run it.");
    }
}
