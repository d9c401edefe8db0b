namespace TestRigs;

/// <summary>A span as it arrived. Ids are hexadecimal.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Trace">The trace that it belongs to.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Parent">The id of the span that it is a part of; null: it begins the trace.</param>
internal sealed record OtlpSpan(string Name, string Trace, string Id, string? Parent);
