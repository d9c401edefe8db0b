namespace Deribit.Client;

/// <summary>The base of every fault that this library raises.</summary>
public abstract class DeribitException : Exception
{
    private protected DeribitException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
