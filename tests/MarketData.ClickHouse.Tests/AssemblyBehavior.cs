// One engine for all; a test that breaks it must not meet another one.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(TestRigs.RealClickHouse))]
