using MarketData.Checks;

namespace MarketData.Cli.Doctor;

/// <summary>One dependency to look at.</summary>
/// <param name="Subject">What it is, for people.</param>
/// <param name="RunAsync">Looks.</param>
internal sealed record DoctorCheck(string Subject, Func<CancellationToken, Task<IReadOnlyList<Finding>>> RunAsync)
{
    /// <summary>A check whose answer is known already.</summary>
    public static DoctorCheck Known(Finding finding) => new(finding.Subject, _ => Task.FromResult<IReadOnlyList<Finding>>([finding]));

    /// <summary>A dependency that the configuration does not name.</summary>
    public static DoctorCheck NotConfigured(string subject) => Known(new Finding(subject, FindingState.NotConfigured, "not configured"));
}
