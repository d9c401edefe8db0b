namespace Deribit.Client;

/// <summary>The connection failed, was lost, or did not answer in time.</summary>
public sealed class DeribitConnectionException : DeribitException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">A full sentence: what happened, with which address, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    /// <param name="fault">What was wrong.</param>
    public DeribitConnectionException(
        string message, Exception? innerException = null, DeribitConnectionFault fault = DeribitConnectionFault.Lost)
        : base(message, innerException) => Fault = fault;

    /// <summary>What was wrong.</summary>
    public DeribitConnectionFault Fault { get; }
}
