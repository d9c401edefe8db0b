// One system at a time: each test starts a whole one, and the machines have two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
