// Two tests at a time, on one engine that none of them breaks: most of a test is waiting.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: AssemblyFixture(typeof(TestRigs.RealClickHouse))]
