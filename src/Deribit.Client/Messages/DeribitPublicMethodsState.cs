namespace Deribit.Client;

/// <summary>Whether calls without a key are served (<c>platform_state.public_methods_state</c>). Immutable; may be kept.</summary>
public sealed class DeribitPublicMethodsState : DeribitMessage
{
    /// <summary>False: unauthenticated calls fail with error 11056.</summary>
    public required bool AllowUnauthenticatedPublicRequests { get; init; }
}
