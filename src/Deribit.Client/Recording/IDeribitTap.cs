namespace Deribit.Client;

/// <summary>Takes a copy of everything that a client receives, a frame before its reader sees it. No secret passes it.</summary>
public interface IDeribitTap
{
    /// <summary>Takes one record. Called on the client's own tasks, so it must return soon and may be called on several threads.</summary>
    /// <param name="record">The record; its payload is the caller's and must be copied.</param>
    /// <returns>
    /// Whether it is kept. A frame that is not kept ends the connection: what follows a lost frame would be another market than the real one,
    /// and the next connection begins with whole books.
    /// </returns>
    bool TryTake(in DeribitRecord record);
}
