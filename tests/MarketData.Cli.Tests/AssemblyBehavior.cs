// Two systems at a time: the machines have two cores, and most of a test is waiting.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
