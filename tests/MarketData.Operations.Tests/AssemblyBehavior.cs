// Most of a test is waiting for an alert. One running system for all that need one.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
[assembly: AssemblyFixture(typeof(MarketData.Operations.Tests.Rigs.RunningSystem))]
