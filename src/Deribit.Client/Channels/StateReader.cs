using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>Decodes the data of the rare channels about states: instruments, the platform, the public methods.</summary>
internal static class StateReader
{
    // {"timestamp":1553080940000,"state":"open","instrument_name":"BTC-22MAR19"}
    public static DeribitInstrumentState ReadInstrumentState(ref Utf8Scanner scanner, ChannelEntry channel, Utf8Words words)
    {
        string? instrument = null, state = null;
        long? timestamp = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            if (name.SequenceEqual("instrument_name"u8))
            {
                Once(ref scanner, instrument is null, "instrument_name");
                instrument = words.Read(ref scanner);
            }
            else if (name.SequenceEqual("state"u8))
            {
                Once(ref scanner, state is null, "state");
                state = words.Read(ref scanner);
            }
            else if (name.SequenceEqual("timestamp"u8))
            {
                Once(ref scanner, timestamp is null, "timestamp");
                timestamp = scanner.ReadInt64("timestamp");
            }
            else
            {
                scanner.SkipValue();
            }
        }

        if (instrument is null) scanner.Throw("The required member 'instrument_name' is missing");
        if (state is null) scanner.Throw("The required member 'state' is missing");
        if (timestamp is null) scanner.Throw("The required member 'timestamp' is missing");
        return new DeribitInstrumentState
        {
            Channel = channel.Name, InstrumentName = instrument, State = state, ExchangeTimeUnixMs = timestamp.GetValueOrDefault(),
        };
    }

    // {"locked":false,"price_index":"alt_usdc","reasons":[]} or {"maintenance":true}
    public static DeribitPlatformState ReadPlatformState(ref Utf8Scanner scanner, Utf8Words words)
    {
        bool? maintenance = null, locked = null;
        string? index = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            if (name.SequenceEqual("maintenance"u8))
            {
                Once(ref scanner, maintenance is null, "maintenance");
                maintenance = scanner.ReadOptionalBoolean();
            }
            else if (name.SequenceEqual("locked"u8))
            {
                Once(ref scanner, locked is null, "locked");
                locked = scanner.ReadOptionalBoolean();
            }
            else if (name.SequenceEqual("price_index"u8))
            {
                Once(ref scanner, index is null, "price_index");
                index = words.ReadOptional(ref scanner);
            }
            else
            {
                scanner.SkipValue();
            }
        }

        if (maintenance is null && (locked is null || index is null))
            scanner.Throw("The required member 'maintenance', or 'locked' with 'price_index', is missing");
        return new DeribitPlatformState { Maintenance = maintenance, Locked = locked, PriceIndex = index };
    }

    // {"allow_unauthenticated_public_requests":true}
    public static DeribitPublicMethodsState ReadPublicMethodsState(ref Utf8Scanner scanner)
    {
        bool? allow = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            if (!scanner.ReadName().SequenceEqual("allow_unauthenticated_public_requests"u8))
            {
                scanner.SkipValue();
                continue;
            }

            Once(ref scanner, allow is null, "allow_unauthenticated_public_requests");
            allow = scanner.ReadOptionalBoolean();
        }

        if (allow is null) scanner.Throw("The required member 'allow_unauthenticated_public_requests' is missing");
        return new DeribitPublicMethodsState { AllowUnauthenticatedPublicRequests = allow.GetValueOrDefault() };
    }

    private static void Once(ref Utf8Scanner scanner, bool isFirst, string name)
    {
        if (!isFirst) scanner.Throw($"The member '{name}' occurs twice");
    }
}
