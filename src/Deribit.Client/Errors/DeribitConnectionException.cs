namespace Deribit.Client;

/// <summary>The connection failed, was lost, or did not answer in time.</summary>
public sealed class DeribitConnectionException : DeribitException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">A full sentence: what happened, with which address, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public DeribitConnectionException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
