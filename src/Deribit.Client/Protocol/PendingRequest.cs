namespace Deribit.Client.Protocol;

/// <summary>A request on its way.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Method">Its method.</param>
/// <param name="Bytes">How long it is.</param>
internal sealed record PendingRequest(long Id, string Method, int Bytes)
{
    private readonly TaskCompletionSource<DeribitReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the reply, or with the exception that stands for it.</summary>
    public Task<DeribitReply> Reply => _reply.Task;

    /// <summary>Ends the wait with the reply.</summary>
    public void Succeed(DeribitReply reply) => _reply.TrySetResult(reply);

    /// <summary>Ends the wait with a fault.</summary>
    public void Fail(Exception exception)
    {
        if (_reply.TrySetException(exception))
        {
            // The waiter may have left by its own timeout; the fault must not then surface as unobserved.
            _ = _reply.Task.Exception;
        }
    }
}
