namespace MarketData.History;

/// <summary>Takes a record that the history will never hold, however often it is written.</summary>
/// <param name="index">The record's place in the batch, from 0.</param>
/// <param name="reason">A reason code and a sentence: <c>value_out_of_range: ..</c>.</param>
/// <param name="cancellationToken">Gives up.</param>
public delegate Task RejectHistoryEvent(int index, string reason, CancellationToken cancellationToken);
