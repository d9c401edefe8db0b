using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace MarketData.Kafka.Tests.Support;

/// <summary>Breaks a producer for good with librdkafka's <c>rd_kafka_test_fatal_error</c>; the .NET client does not offer it.</summary>
internal static class FatalErrors
{
    private static readonly string[] Builds = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int TestFatalError(nint client, int error, [MarshalAs(UnmanagedType.LPUTF8Str)] string reason);

    public static void Raise(Handle handle, int error, string reason)
    {
        var property = typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic);
        var safe = (SafeHandle)property!.GetValue(handle)!;
        foreach (var build in Builds)
        {
            if (!NativeLibrary.TryLoad(build, typeof(FatalErrors).Assembly, null, out var library))
                continue;
            var export = NativeLibrary.GetExport(library, "rd_kafka_test_fatal_error");
            var raise = Marshal.GetDelegateForFunctionPointer<TestFatalError>(export);
            Assert.Equal(0, raise(safe.DangerousGetHandle(), error, reason));
            return;
        }
        Assert.Fail("librdkafka could not be loaded.");
    }
}
