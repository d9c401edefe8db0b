using System.Reflection;

using Xunit.v3;

namespace FaultSuite;

/// <summary>Tells the <see cref="FaultRowRecorder"/> of every test that ended.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class RecordFaultRowsAttribute : BeforeAfterTestAttribute
{
    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(methodUnderTest);
        FaultRowRecorder.Record(methodUnderTest);
    }
}
