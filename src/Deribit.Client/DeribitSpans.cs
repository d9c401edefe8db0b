using System.Diagnostics;

namespace Deribit.Client;

/// <summary>
/// The client's spans, of the source <c>Deribit.Client</c>: <c>deribit.connect</c> for each attempt, and one for each call, named after its
/// method (a subscription is the call <c>public/subscribe</c>). None for messages.
/// </summary>
public static class DeribitSpans
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Deribit.Client";

    internal static readonly ActivitySource Source = new(SourceName);

    internal static void Fail(Activity? span, Exception exception)
    {
        if (span is null)
        {
            return;
        }

        span.SetStatus(ActivityStatusCode.Error, exception.Message);
        span.SetTag("error.type", exception is DeribitRpcException refusal
            ? refusal.Code.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : exception.GetType().Name);
    }
}
