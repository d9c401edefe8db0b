using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>Which known members of one object were met: each at most once, the required ones at least once.</summary>
internal struct SeenMembers
{
    private ulong _bits;

    /// <summary>Notes a member by its number, 0 to 63; false when it was met before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(int member)
    {
        ulong before = _bits;
        _bits = before | (1UL << member);
        return _bits != before;
    }

    /// <summary>Notes a member.</summary>
    /// <param name="scanner">For the position of the fault.</param>
    /// <param name="member">Its number, 0 to 63.</param>
    /// <param name="name">Its name, for the fault.</param>
    /// <exception cref="DeribitProtocolException">It was met before.</exception>
    public void Add(ref Utf8Scanner scanner, int member, string name)
    {
        if (!TryAdd(member)) ThrowTwice(ref scanner, name);
    }

    /// <summary>Whether a member was met.</summary>
    public readonly bool Has(int member) => (_bits & (1UL << member)) != 0;

    /// <summary>Checks that a member was met.</summary>
    /// <exception cref="DeribitProtocolException">It was not.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Require(ref Utf8Scanner scanner, int member, string name)
    {
        if (!Has(member)) ThrowMissing(ref scanner, name);
    }

    /// <summary>Raises the fault of a member that occurs twice.</summary>
    [DoesNotReturn]
    public static void ThrowTwice(ref Utf8Scanner scanner, string name) => scanner.Throw($"The member '{name}' occurs twice");

    [DoesNotReturn]
    private static void ThrowMissing(ref Utf8Scanner scanner, string name) => scanner.Throw($"The required member '{name}' is missing");
}
